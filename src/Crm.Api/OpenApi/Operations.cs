using System.Text.Json.Nodes;
using Crm.Api.Http;
using Crm.Api.Streams;
using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Application.Binding;
using Crm.Application.Events;
using Crm.Application.Listing;
using Crm.Application.Records;
using MediatR;
using Microsoft.OpenApi;

namespace Crm.Api.OpenApi;

/// <summary>Describes one route: what goes in, what comes out.</summary>
internal sealed class Operations(OpenApiDocument document, Schemas schemas, TypeSchemas types, RecordSchemas records, Examples examples, Descriptions descriptions, FileRules files)
{
    private readonly Parameters _parameters = new(document, schemas, types, records, descriptions);
    private readonly Refusals _refusals = new(document, schemas);

    public OpenApiOperation Of(Http.Route route, RequestFactory factory)
    {
        var responses = new OpenApiResponses();
        foreach (var (status, response) in Successes(route)) responses[status.ToString(System.Globalization.CultureInfo.InvariantCulture)] = response;
        _refusals.AddTo(responses, route);
        return new OpenApiOperation
        {
            OperationId = route.OperationId,
            Summary = route.Summary,
            Description = descriptions.Of(route),
            Deprecated = route.Deprecation is not null,
            Tags = new HashSet<OpenApiTagReference> { new(route.Tag, document) },
            Parameters = [.. ParametersOf(route, factory)],
            RequestBody = route.HasBody ? Body(route, factory) : null,
            Responses = responses,
            Security = [.. Schemes(route).Select(scheme => new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(scheme, document)] = [] })],
        };
    }

    /// <summary>What opens the operation, any one of them.</summary>
    private static string[] Schemes(Http.Route route) => route.IsPublic ? [] : route.IsPlatform ? ["platformKey"] : Authorization.TakesKeys(route.Request) ? ["bearer", "apiKey"] : ["bearer"];

    /// <summary>True for changes of one record, which have a version to build on.</summary>
    public static bool TakesIfMatch(Http.Route route) => route is { Writes: true, Resource: not null } && (route.Parameters.Count > 0 || route.Method == "PATCH" || route is { Method: "PUT", Resource.IsSingleton: true });

    private IEnumerable<IOpenApiParameter> ParametersOf(Http.Route route, RequestFactory factory)
    {
        foreach (var name in route.Parameters) yield return Parameters.Path(name, route);
        if (route.Resource is { } resource && route.Method == "GET" && factory.Takes(typeof(ListRequest)))
            foreach (var parameter in route.Request == typeof(GetRecord) ? _parameters.One(resource) : _parameters.List(resource)) yield return parameter;
        if (factory.Takes(typeof(PageRequest)))
            foreach (var parameter in _parameters.Page()) yield return parameter;
        foreach (var field in factory.Query?.Fields ?? []) yield return _parameters.OfQuery(field, route.Request);
        if (!route.IsPublic && !route.IsPlatform) yield return _parameters.TenantId();
        if (route.TakesIdempotencyKey) yield return _parameters.IdempotencyKey();
        if (route.RawHeader is { } header) yield return Parameters.Signature(header);
        if (TakesIfMatch(route)) yield return _parameters.IfMatch();
        if (route.Method == "GET" && HasETag(route)) yield return _parameters.IfNoneMatch();
        if (route.Answers is ContentAnswer) yield return _parameters.Range();
        if (route.Answers is EventStreamAnswer) yield return _parameters.LastEventId();
        yield return _parameters.RequestId();
    }

    private OpenApiRequestBody Body(Http.Route route, RequestFactory factory)
    {
        if (route.IsUpload) return new OpenApiRequestBody { Required = true, Content = new Dictionary<string, OpenApiMediaType> { ["multipart/form-data"] = new() { Schema = records.Form(route.Resource!, files.MaxBytes) } } };
        if (route.RawType is { } raw)
        {
            var (says, sent) = raw == "application/json" ? ("The event as it was sent, byte for byte: that is what is signed.", Examples.Event) : ("The message as it travels (RFC 5322), with all its parts.", Examples.Message);
            return new OpenApiRequestBody { Required = true, Content = new Dictionary<string, OpenApiMediaType> { [raw] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = route.BodyLimit, Description = says }, Example = sent } } };
        }
        var (schema, example) = BodySchema(route, factory);
        var media = new OpenApiMediaType { Schema = schema, Example = example };
        var body = new OpenApiRequestBody { Required = !factory.BodyIsOptional, Content = new Dictionary<string, OpenApiMediaType> { ["application/json"] = media } };
        if (route.Method == "PATCH") body.Content["application/merge-patch+json"] = media;
        return body;
    }

    private (IOpenApiSchema Schema, JsonNode? Example) BodySchema(Http.Route route, RequestFactory factory)
    {
        if (route.Resource is { } resource)
        {
            if (route.Request == typeof(BatchRecords)) return (records.Batch(resource), null);
            if (route.Request == typeof(UpsertRecord)) return (records.Patch(resource), examples.Creation(resource));
            if (factory.Takes(typeof(ListRequest))) return (records.Query(resource), null);
            if (factory.Takes(resource.Details)) return (records.Input(resource), examples.Creation(resource));
            if (factory.TakesPatch) return route.Method == "PUT" ? (records.Replacement(resource), examples.Creation(resource)) : (records.Patch(resource), examples.Change(resource));
        }
        return factory.Body is { } shape ? (schemas.Body(TypeSchemas.NameOf(shape.Type), shape, types), examples.Body(shape)) : (new OpenApiSchema { Type = JsonSchemaType.Object }, new JsonObject());
    }

    private IEnumerable<(int Status, IOpenApiResponse Response)> Successes(Http.Route route)
    {
        if (route.Answers is EmptyAnswer)
        {
            yield return (route.Answers.Status, new OpenApiResponse { Description = "Done; there is nothing to say." });
            yield break;
        }
        if (route.Answers is ContentAnswer)
        {
            yield return (200, Bytes("The content."));
            yield return (206, Bytes("The range of it that was asked for."));
            yield return (304, new OpenApiResponse { Description = "You have this content." });
            yield break;
        }
        if (route.Answers is DocumentAnswer)
        {
            yield return (200, Document());
            yield break;
        }
        if (route.Answers is EventStreamAnswer)
        {
            yield return (200, EventStream());
            yield break;
        }
        if (route.Answers is EventSocketAnswer)
        {
            yield return (101, new OpenApiResponse { Description = "From here on it is a WebSocket. Each text message is an event, or one of `{\"subscribed\"}`, `{\"heartbeat\"}`, `{\"pong\"}`, `{\"end\"}`." });
            yield break;
        }
        var content = Content(route);
        yield return (route.Answers.Status, Success(route, route.Answers.Status, content));
        if (route.Result == typeof(Written)) yield return (201, Success(route, 201, content));
        if (route.Method == "GET" && HasETag(route)) yield return (304, new OpenApiResponse { Description = "You have the current version." });
    }

    private static OpenApiResponse Success(Http.Route route, int status, OpenApiMediaType content)
    {
        var headers = new Dictionary<string, IOpenApiHeader> { ["X-Request-Id"] = Header("The id of this request.") };
        if (HasETag(route)) headers["ETag"] = Header("The record's version, in quotes.");
        if (status == 201 && route.Answers is RecordAnswer) headers["Location"] = Header("Where the new record is.");
        if (route.Deprecation is { } deprecation)
        {
            headers["Deprecation"] = Header("Since when, as a structured date (RFC 9745): @ and seconds since 1970.");
            if (deprecation.Until is not null) headers["Sunset"] = Header("From when on it may be gone, as an HTTP date (RFC 8594).");
            headers["Link"] = Header("Where it is documented (deprecation) and what to use instead (successor-version).");
        }
        if (route.TakesIdempotencyKey) headers["Idempotent-Replayed"] = Header("true when the answer repeats an earlier one with the same Idempotency-Key.");
        return new OpenApiResponse
        {
            Description = status switch { 201 => "Created.", 202 => "Accepted.", _ => "Done." },
            Headers = headers,
            Content = new Dictionary<string, OpenApiMediaType> { ["application/json"] = content },
        };
    }

    private static OpenApiResponse Bytes(string description) => new()
    {
        Description = description + " Always an attachment, never a page; its type is the file's, or application/octet-stream for what a browser would run.",
        Headers = new Dictionary<string, IOpenApiHeader>
        {
            ["X-Request-Id"] = Header("The id of this request."),
            ["ETag"] = Header("The SHA-256 of the whole content, in quotes."),
            ["Repr-Digest"] = Header("The same for programs (RFC 9530)."),
            ["Content-Disposition"] = Header("attachment, with the file's name (RFC 6266)."),
            ["Accept-Ranges"] = Header("bytes."),
        },
        Content = new Dictionary<string, OpenApiMediaType> { ["*/*"] = new() { Schema = Schemas.Text("binary"), Example = Examples.Content } },
    };

    private static OpenApiResponse Document() => new()
    {
        Description = "The document. It runs nothing and loads nothing, wherever it is opened.",
        Headers = new Dictionary<string, IOpenApiHeader> { ["X-Request-Id"] = Header("The id of this request.") },
        Content = new Dictionary<string, OpenApiMediaType> 
        {
            [DocumentAnswer.Html] = new() { Schema = Schemas.Described(Schemas.Text(), "A page with all its images in it."), Example = "<!doctype html>" },
            [DocumentAnswer.Pdf] = new() { Schema = Schemas.Text("binary"), Example = "%PDF-1.7" },
        },
    };

    private OpenApiResponse EventStream()
    {
        var data = types.Of(typeof(LogEvent));
        return new OpenApiResponse
        {
            Description = "The stream (WHATWG HTML §9.2): `id` is the position, `event` the type, `data` the event as GET /events tells it. `event: end` with a code and a detail says why the service ends it.",
            Headers = new Dictionary<string, IOpenApiHeader> { ["X-Request-Id"] = Header("The id of this request.") },
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [EventStreamAnswer.MediaType] = new() { Schema = Schemas.Described(Schemas.Text(), "Server-sent events."), Example = $"retry: 2000\nid: 1.4711.2147483647\n\nid: 1.4712.1\nevent: lead.created\ndata: {examples.Of(data)?.ToJsonString()}\n\n" },
            },
        };
    }

    private static OpenApiHeader Header(string description) => new() { Description = description, Schema = Schemas.Text() };

    private static bool HasETag(Http.Route route) => route.Answers is RecordAnswer or ContentAnswer || route.Result == typeof(RecordRow) || route.Result.IsAssignableTo(typeof(IVersioned));

    private OpenApiMediaType Content(Http.Route route)
    {
        var result = route.Result;
        var (name, data, isList) = route switch
        {
            { Answers: RecordAnswer answer } => Of(answer.Resource, false),
            { Resource: null } when result == typeof(RecordRow) || result == typeof(RecordPage) => throw new InvalidOperationException($"{route.Method} {route.Path} answers records of no known resource: name it with of."),
            _ when result == typeof(RecordRow) => Of(route.Resource!.Name, false),
            _ when result == typeof(RecordPage) => Of(route.Resource!.Name, true),
            _ when result == typeof(IReadOnlyList<BatchItem>) => (RecordSchemas.NameOf(route.Resource!) + "BatchAnswer", Schemas.List(records.BatchItem(route.Resource!, _refusals.Problem)), false),
            _ when result == typeof(Unit) => ("NothingAnswer", new OpenApiSchema { Type = JsonSchemaType.Null }, false),
            _ when result.IsGenericType && result.GetGenericTypeDefinition() == typeof(DataPage<>) => (TypeSchemas.NameOf(result.GetGenericArguments()[0]) + "List", Schemas.List(types.Of(result.GetGenericArguments()[0])), true),
            _ => (TypeSchemas.NameOf(result) + "Answer", types.Of(result), false),
        };
        var schema = schemas.Component(name, () =>
        {
            var envelope = Schemas.Complete(("success", Schemas.Described(Schemas.Always(true), "Always true.")), ("data", Schemas.Described(data, isList ? "The page." : "The answer itself.")),
                ("message", Schemas.Described(new OpenApiSchema { Type = JsonSchemaType.String | JsonSchemaType.Null }, "A remark for people, if there is one.")));
            envelope.Description = isList ? "One page of a list, and where it stands." : "The envelope of every success.";
            if (!isList) return envelope;
            envelope.Properties!["meta"] = schemas.Component("PageMeta", PageMetaOf);
            envelope.Required!.Add("meta");
            return envelope;
        });
        var example = new JsonObject { ["success"] = true, ["data"] = examples.Of(data), ["message"] = null };
        if (isList) example["meta"] = new JsonObject { ["skip"] = 0, ["take"] = 50, ["total"] = 1, ["totalIsEstimate"] = false, ["nextCursor"] = null };
        return new OpenApiMediaType { Schema = schema, Example = example };

        (string, IOpenApiSchema, bool) Of(string resource, bool list)
        {
            var declared = records.Declared(resource);
            return (RecordSchemas.NameOf(declared) + (list ? "List" : "Answer"), list ? Schemas.List(records.Record(declared)) : records.Record(declared), list);
        }
    }

    private static OpenApiSchema PageMetaOf()
    {
        var meta = Schemas.Complete(
            ("skip", Schemas.Described(Schemas.Integer(), "Rows left out before these.")),
            ("take", Schemas.Described(Schemas.Integer(), "Rows asked for.")),
            ("total", Schemas.Described(Schemas.OrNull(new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64" }), "How many there are; null when it was not counted.")),
            ("totalIsEstimate", Schemas.Described(Schemas.Flag(), "Whether total is the planner's estimate.")),
            ("nextCursor", Schemas.Described(Schemas.OrNull(Schemas.Text()), "Where the next page begins; null when this is the last.")));
        meta.Properties!["position"] = Schemas.Described(Schemas.Text(), "Of the event log only: go on reading after this position, also when there is no next page yet.");
        meta.Description = "Where a page stands in its list.";
        return meta;
    }
}
