using System.Text.Json.Nodes;
using Crm.Api.Http;
using Crm.Api.Streams;
using Crm.Application.Abstractions;
using Microsoft.OpenApi;

namespace Crm.Api.OpenApi;

/// <summary>The errors an operation may answer with: one shared response per status, all of them problems (RFC 9457).</summary>
internal sealed class Refusals(OpenApiDocument document, Schemas schemas)
{
    private static readonly (int Status, string Name, string Description)[] Known =
    [
        (400, "BadRequest", "The request breaks one or more rules; `errors` names them all."),
        (401, "Unauthenticated", "No credentials, or none that count."),
        (402, "PlanLimit", "The tenant's plan allows no more."),
        (403, "Forbidden", "You may not do this."),
        (404, "NotFound", "Unknown, deleted or not visible to you."),
        (406, "NotAcceptable", "Answers are application/json."),
        (409, "Conflict", "The state of a record, or another record, does not allow this."),
        (412, "PreconditionFailed", "If-Match names another version than the current one."),
        (413, "PayloadTooLarge", "The body, or what it unpacks to, is larger than the operation takes."),
        (415, "UnsupportedMediaType", "The body is not of the type the operation takes (JSON in UTF-8, or a form with a file of a type that is taken), or in a coding other than gzip and br."),
        (416, "RangeNotSatisfiable", "The content does not reach as far as the range asked for."),
        (422, "Unprocessable", "Well-formed, but refers to what is not there, deleted or not visible; or the key of a retry came with another request."),
        (426, "UpgradeRequired", "The address is a WebSocket."),
        (429, "RateLimited", "Too many requests."),
        (500, "InternalError", "An error of the service; the trace id names it."),
        (503, "Unavailable", "The database, the store of files, or another system that is needed is not available at the moment."),
    ];

    /// <summary>What errors names, where it names something.</summary>
    private static readonly Dictionary<string, string> Named = new()
    {
        ["VALIDATION_FAILED"] = """{"email": ["must be an e-mail address"], "name": ["is required"]}""",
        ["INVALID_QUERY"] = """{"colour": ["is no parameter of this operation"]}""",
        ["DUPLICATE"] = """{"email": ["is taken by another record"]}""",
        ["UNPROCESSABLE"] = """{"ownerId": ["refers to nothing you may see"]}""",
    };

    public IOpenApiSchema Problem => schemas.Component("Problem", () =>
    {
        var problem = Schemas.Complete(
            ("type", Schemas.Described(Schemas.Text("uri-reference"), "The page that explains the code, on this service.")), ("title", Schemas.Described(Schemas.Text(), "The code in words.")),
            ("status", Schemas.Described(Schemas.Integer(), "The HTTP status.")), ("detail", Schemas.Described(Schemas.Text(), "What is wrong, for people.")), ("instance", Schemas.Described(Schemas.Text("uri-reference"), "The path that was asked for.")),
            ("traceId", Schemas.Described(Schemas.Text(), "Finds the request in the service's log.")), ("success", Schemas.Described(Schemas.Always(false), "Always false.")), ("error", Schemas.Described(Schemas.Text(), "The same as title.")),
            ("code", Schemas.Described(Schemas.Choice(ErrorCodes.All.Select(e => e.Code)), "What is wrong, for programs: branch on this.")));
        problem.Properties!["errors"] = new OpenApiSchema { Type = JsonSchemaType.Object, AdditionalProperties = Schemas.List(Schemas.Text()), Description = "Messages by camelCase path." };
        var existing = Schemas.Text("uuid");
        existing.Description = "With DUPLICATE: the record in the way, if you may see it.";
        problem.Properties["existingId"] = existing;
        problem.Properties["mfaToken"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "With MFA_REQUIRED: for POST /auth/login/totp." };
        problem.Properties["mfaExpiresIn"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int32", Description = "With MFA_REQUIRED: seconds mfaToken lives." };
        problem.Properties["limitName"] = Schemas.Described(Schemas.Text(), "With PLAN_LIMIT_REACHED: what is limited, as GET /subscription/usage calls it.");
        problem.Properties["used"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64", Description = "With PLAN_LIMIT_REACHED: how much is used." };
        problem.Properties["limit"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64", Description = "With PLAN_LIMIT_REACHED: how much the plan allows." };
        problem.Description = "An error (RFC 9457).";
        return problem;
    });

    /// <summary>Adds the refusals a route knows.</summary>
    public void AddTo(OpenApiResponses responses, Http.Route route)
    {
        foreach (var known in Known.Where(k => Applies(k.Status, route)))
            responses[known.Status.ToString(System.Globalization.CultureInfo.InvariantCulture)] = Shared(known);
    }

    private static bool Applies(int status, Http.Route route) => status switch
    {
        400 or 406 or 429 or 500 or 503 => true,
        402 => route is { Writes: true, IsPlatform: false },
        403 when route.IsPlatform => false,
        401 or 403 => !route.IsPublic || route.Tag == "auth" || route.Answers is EventSocketAnswer,
        404 => route.Parameters.Count > 0 || route.Request.IsAssignableTo(typeof(ILooksForOne)),
        409 => route.Writes || route is { IsPublic: false, Tag: "auth", Method: not "GET" },
        422 => route.Writes,
        412 => Operations.TakesIfMatch(route) || route.Answers is ContentAnswer,
        416 => route.Answers is ContentAnswer,
        413 or 415 => route.HasBody,
        426 => route.Answers is EventSocketAnswer,
        _ => false,
    };

    private OpenApiResponseReference Shared((int Status, string Name, string Description) known)
    {
        var all = (document.Components ??= new OpenApiComponents()).Responses ??= new Dictionary<string, IOpenApiResponse>();
        if (!all.ContainsKey(known.Name))
        {
            var codes = ErrorCodes.All.Where(e => e.Status == known.Status).ToList();
            all[known.Name] = new OpenApiResponse
            {
                Description = $"{known.Description} {string.Join(' ', codes.Select(e => $"[`{e.Code}`]({ErrorCodes.TypeOf(e.Code)})"))}",
                Headers = Headers(known.Status),
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    ["application/problem+json"] = new() { Schema = Problem, Examples = codes.ToDictionary(e => e.Code, e => (IOpenApiExample)new OpenApiExample { Summary = e.Meaning, Value = Example(e) }) },
                },
            };
        }
        return new OpenApiResponseReference(known.Name, document);
    }

    private static Dictionary<string, IOpenApiHeader>? Headers(int status)
    {
        (string, string)[] names = status switch
        {
            401 => [("WWW-Authenticate", "The scheme to authenticate with.")],
            429 => [("Retry-After", "Seconds to wait."), ("RateLimit-Limit", "Requests a minute."), ("RateLimit-Remaining", "Requests left in this minute."), ("RateLimit-Reset", "Seconds until the minute ends.")],
            415 => [("Accept-Encoding", "With a Content-Encoding that is not taken: those that are.")],
            503 => [("Retry-After", "Seconds to wait.")],
            _ => [],
        };
        return names.Length == 0 ? null : names.ToDictionary(n => n.Item1, n => (IOpenApiHeader)new OpenApiHeader { Description = n.Item2, Schema = Schemas.Text() });
    }

    /// <summary>The error as an answer has it.</summary>
    public static JsonObject Example(ErrorCode error)
    {
        var example = new JsonObject
        {
            ["type"] = ErrorCodes.TypeOf(error.Code),
            ["title"] = error.Title,
            ["status"] = error.Status,
            ["detail"] = error.Meaning,
            ["instance"] = "/api/v1/leads",
            ["traceId"] = "6b5602c9dbd5825f7fde6805d198992e",
            ["success"] = false,
            ["error"] = error.Title,
            ["code"] = error.Code,
        };
        if (error.Code == "DUPLICATE") example["existingId"] = Examples.Id("customers").ToString();
        if (error.Code == "MFA_REQUIRED") (example["mfaToken"], example["mfaExpiresIn"]) = (Examples.Known("mfaToken"), 300);
        if (error.Code == "PLAN_LIMIT_REACHED") (example["limitName"], example["used"], example["limit"]) = ("leads", 1000, 1000);
        if (Named.TryGetValue(error.Code, out var errors)) example["errors"] = Examples.Json(errors);
        return example;
    }
}
