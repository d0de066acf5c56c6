using System.Reflection;
using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Application.Binding;
using Crm.Application.Files;
using Crm.Application.Listing;
using Crm.Application.Records;
using Crm.Application.Resources;
using Crm.Domain.Common;
using FluentValidation;

namespace Crm.Api.Http;

/// <summary>
/// Makes a use case's request from path, query string and body, by the parameters of its constructor. Everything wrong is found
/// at once; nothing sent is ignored.
/// </summary>
internal sealed class RequestFactory
{
    private static readonly ListRequest Everything = new();
    private static readonly Dictionary<string, object?> Nothing = [];
    private readonly Route _route;
    private readonly ParameterInfo[] _parameters;
    private readonly ConstructorInvoker _constructor;
    private readonly Func<Sources, object?>[] _arguments;
    private readonly Type _validator;
    private readonly bool _takesList;
    private readonly BodyShape? _body;
    private readonly BodyShape? _query;
    private readonly RecordBinder? _binder;
    private readonly HashSet<string> _queryNames = [];

    public RequestFactory(Route route, RecordBinders binders)
    {
        _route = route;
        var constructor = route.Request.GetConstructors().OrderByDescending(c => c.GetParameters().Length).First();
        (_parameters, _constructor) = (constructor.GetParameters(), ConstructorInvoker.Create(constructor));
        _binder = route.Resource is null ? null : binders.Of(route.Resource);
        _arguments = [.. _parameters.Select(Argument)];
        _validator = typeof(IValidator<>).MakeGenericType(route.Request);
        _takesList = Takes(typeof(ListRequest));
        var special = _parameters.Where(p => IsSpecial(p.ParameterType) || IsInPath(p)).Select(p => Camel(p.Name!)).ToHashSet(StringComparer.Ordinal);
        // A body whose members are the request's own; an action that has none still refuses what it does not know.
        var bindsBody = route.HasBody && !_parameters.Any(p => IsSpecial(p.ParameterType) && p.ParameterType != typeof(Resource));
        if (_parameters.Length == special.Count && !bindsBody && !_parameters.Any(p => p.ParameterType == typeof(PageRequest))) return;
        var shape = BodyShape.Of(route.Request).Without(special);
        if (route.HasBody) _body = shape;
        else _query = shape;
        foreach (var field in _query?.Fields ?? []) _queryNames.Add(field.Name);
        if (_parameters.Any(p => p.ParameterType == typeof(PageRequest))) _queryNames.UnionWith(["skip", "take", "cursor"]);
    }

    /// <summary>The body's members, for the OpenAPI document.</summary>
    public BodyShape? Body => _body;

    /// <summary>The query string's members, for the OpenAPI document.</summary>
    public BodyShape? Query => _query;

    /// <summary>True when the request has a parameter of this type, for the OpenAPI document.</summary>
    public bool Takes(Type type) => _parameters.Any(p => p.ParameterType == type);

    /// <summary>True when the request has a change to a record, for the OpenAPI document.</summary>
    public bool TakesPatch => _parameters.Any(p => p.ParameterType.IsGenericType && p.ParameterType.GetGenericTypeDefinition() == typeof(Patch<>));

    /// <summary>True when the body may be left out: nothing in it is required.</summary>
    public bool BodyIsOptional => _body is not null && _body.Fields.All(f => !f.IsRequired);

    /// <summary>Makes the request.</summary>
    public object Make(HttpContext http, JsonElement? body, Caller? caller, TakenContent? content = null)
    {
        List<KeyValuePair<string, string>> query = http.Request.QueryString.HasValue
            ? [.. http.Request.Query.SelectMany(q => q.Value, (q, value) => KeyValuePair.Create(q.Key, value ?? ""))]
            : [];
        if (!_takesList || _route.Method == "POST")
            foreach (var (name, _) in query)
                if (!_queryNames.Contains(name)) throw QueryErrors.Invalid(name, "is no parameter of this operation");
        var errors = new BindErrors();
        var request = Make(new Sources(http, query, body, caller, content, Values(query, body, errors)));
        if (errors.Any) Refuse(http, request, errors);
        return request;
    }

    private object Make(Sources sources)
    {
        var arguments = new object?[_arguments.Length];
        for (var i = 0; i < arguments.Length; i++) arguments[i] = _arguments[i](sources);
        return _constructor.Invoke(arguments);
    }

    /// <summary>What could be read is judged as well, so that the caller learns all of it at once.</summary>
    private void Refuse(HttpContext http, object request, BindErrors errors)
    {
        var unread = errors.Members;
        Validation.Check(http.RequestServices.GetServices(_validator).Cast<IValidator>(), request, errors,
            _body!.Fields.Select(f => f.Name).Where(name => !unread.Contains(name)).ToHashSet(StringComparer.Ordinal));
        errors.ThrowIfAny();
    }

    private IReadOnlyDictionary<string, object?> Values(List<KeyValuePair<string, string>> query, JsonElement? body, BindErrors errors)
    {
        if (_body is null) return _query is null ? Nothing : QueryBinder.Values(_query, query);
        var values = ObjectReader.Values(_body, body!.Value, "", errors, null);
        if (body.Value.ValueKind != JsonValueKind.Object) errors.ThrowIfAny();
        ObjectReader.Missing(_body, values, "", errors);
        return values;
    }

    /// <summary>Where a parameter's value comes from; decided once.</summary>
    private Func<Sources, object?> Argument(ParameterInfo parameter)
    {
        var (type, name) = (parameter.ParameterType, Camel(parameter.Name!));
        if (IsInPath(parameter)) return s => FromPath(type, (string)s.Http.Request.RouteValues[name]!);
        if (type == typeof(Resource)) return _ => _route.Resource;
        if (type == typeof(TakenContent)) return s => s.Content;
        if (type == typeof(IncomingBody)) return s => new IncomingBody(() => BodyReader.ReadRawAsync(s.Http, _route), name => s.Http.Request.Headers.TryGetValue(name, out var value) ? value.ToString() : null);
        if (type == typeof(JsonElement)) return s => s.Body!.Value;
        if (type == typeof(PageRequest)) return s => QueryBinder.Page(s.Query);
        if (type == typeof(ListRequest)) return s => List(s);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Patch<>)) return s => _binder!.Patch(s.Body!.Value, s.Caller!, replaces: _route.Method == "PUT");
        if (_route.Resource is not null && type == _route.Resource.Details) return s => _binder!.Details(s.Body!.Value, s.Caller!);
        var absent = parameter.HasDefaultValue ? parameter.DefaultValue : null;
        return s => s.Values.TryGetValue(name, out var value) ? value : absent;
    }

    private bool IsInPath(ParameterInfo parameter) =>
        _route.Parameters.Contains(parameter.Name!.ToLowerInvariant()) || _route.Parameters.Contains(Camel(parameter.Name!));

    private ListRequest List(Sources sources)
    {
        if (_route.Method == "GET" && sources.Query.Count == 0) return Everything;
        var members = new ResourceMembers(_route.Resource!, sources.Caller!.CustomFields.Of(_route.Resource!.Name));
        if (_route.Method == "POST") return ListParser.FromBody(members, sources.Body!.Value);
        if (_route.Request != typeof(GetRecord)) return ListParser.FromQuery(members, sources.Query);
        foreach (var (name, _) in sources.Query)
            if (name is not ("fields" or "expand")) throw QueryErrors.Invalid(name, "is no parameter of this operation");
        return ListParser.FromQuery(members, sources.Query);
    }

    // An id that is no UUID names no record: the empty one finds none.
    private static object FromPath(Type type, string text) =>
        type == typeof(Guid) ? Instants.TryParseUuid(text, out var id) ? id : Guid.Empty
        : !JsonText.IsStorable(text) || text.Contains("%2F", StringComparison.OrdinalIgnoreCase) ? throw CrmException.Validation("externalId", "must be text without a slash")
        : text;

    private bool IsSpecial(Type type) => type == typeof(Resource) || type == typeof(JsonElement) || type == typeof(PageRequest) || type == typeof(ListRequest) || type == typeof(TakenContent) || type == typeof(IncomingBody)
        || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Patch<>)) || type == _route.Resource?.Details;

    private static string Camel(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);

    private readonly record struct Sources(HttpContext Http, List<KeyValuePair<string, string>> Query, JsonElement? Body, Caller? Caller, TakenContent? Content, IReadOnlyDictionary<string, object?> Values);
}

/// <summary>Reads query strings that are no lists.</summary>
internal static class QueryBinder
{
    private static readonly Field Skip = new() { Name = "skip", Kind = FieldKind.Integer, Column = "" };
    private static readonly Field Take = new() { Name = "take", Kind = FieldKind.Integer, Column = "" };

    public static Dictionary<string, object?> Values(BodyShape shape, List<KeyValuePair<string, string>> query)
    {
        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, text) in query)
        {
            if (shape.Find(name) is not { } field) continue;
            if (!values.TryAdd(name, Read(field, text))) throw QueryErrors.Invalid(name, "is given more than once");
        }
        foreach (var field in shape.Fields)
            if (field.IsRequired && !values.ContainsKey(field.Name)) throw QueryErrors.Invalid(field.Name, "is required");
        return values;
    }

    public static PageRequest Page(List<KeyValuePair<string, string>> query)
    {
        var page = new PageRequest();
        if (query.Any(q => q.Key == "cursor") && query.Any(q => q.Key == "skip")) throw QueryErrors.Invalid("skip", "does not go with cursor");
        foreach (var group in query.GroupBy(q => q.Key))
        {
            if (group.Key is not ("skip" or "take" or "cursor")) continue;
            if (group.Count() > 1) throw QueryErrors.Invalid(group.Key, "is given more than once");
            var text = group.First().Value;
            page = group.Key switch
            {
                "skip" => page with { Skip = Number(Skip.Between(0, ListRequest.MaxSkip), text) },
                "take" => page with { Take = Number(Take.Between(1, ListRequest.MaxTake), text) },
                _ => page with { Cursor = text },
            };
        }
        return page;
    }

    private static int Number(Field field, string text) => Read(field, text) is int number ? number : throw QueryErrors.Invalid(field.Name, "must be a whole number");

    private static object? Read(Field field, string text)
    {
        var errors = new BindErrors();
        var json = field.Kind is FieldKind.Integer or FieldKind.Decimal or FieldKind.Boolean ? Literal(text) : JsonSerializer.SerializeToElement(text);
        if (!JsonText.IsStorable(text)) throw QueryErrors.Invalid(field.Name, "must be Unicode text without U+0000");
        if (ValueReader.TryRead(field, json, field.Name, errors, out var value)) return value;
        throw QueryErrors.Invalid(field.Name, errors.First);
    }

    private static JsonElement Literal(string text)
    {
        try
        {
            return JsonDocument.Parse(text).RootElement;
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(text);
        }
    }
}
