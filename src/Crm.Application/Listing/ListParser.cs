using System.Globalization;
using System.Text.Json;
using Crm.Application.Binding;
using Crm.Application.CustomFields;
using Crm.Application.Resources;

namespace Crm.Application.Listing;

/// <summary>Reads the query string of a list, or the JSON body of its <c>/query</c> twin. Nothing is ignored.</summary>
public static class ListParser
{
    private const int MaxDepth = 8;
    private const int MaxConditions = 100;
    private const string Before = "before.";
    private const string Stray = "is unknown; conditions belong into filter";
    private static readonly string[] Controls = ["sort", "fields", "expand", "deleted"];

    /// <summary>From a query string.</summary>
    /// <exception cref="Domain.Common.CrmException">INVALID_QUERY naming the parameter.</exception>
    public static ListRequest FromQuery(ResourceMembers members, IEnumerable<KeyValuePair<string, string>> query)
    {
        var request = new ListRequest();
        var conditions = new List<FilterNode>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, value) in query)
        {
            var once = Control(members, key, value, ref request);
            if (once && !seen.Add(key)) throw QueryErrors.Invalid(key, "is given more than once");
            if (!once) conditions.Add(Filter(members, key, value));
        }
        if (conditions.Count > MaxConditions) throw QueryErrors.Invalid("filter", $"has more than {MaxConditions} conditions");
        if (conditions.Count > 0) request = request with { Filter = conditions.Count == 1 ? conditions[0] : new AllOf(conditions) };
        return Checked(request, seen.Contains("skip"));
    }

    /// <summary>From a JSON body with a filter tree.</summary>
    /// <exception cref="Domain.Common.CrmException">INVALID_QUERY naming the member.</exception>
    public static ListRequest FromBody(ResourceMembers members, JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object) throw QueryErrors.Invalid("$", "must be an object");
        var request = new ListRequest();
        var errors = new BindErrors();
        var sent = ObjectReader.Members(body, "", errors).ToList();
        errors.ThrowIfAny();
        foreach (var (name, value) in sent)
        {
            if (value.ValueKind == JsonValueKind.Null) continue;
            if (name == "filter")
            {
                request = request with { Filter = Filter(members, value, "filter") };
                continue;
            }
            var text = value.ValueKind switch
            {
                JsonValueKind.Array when name is "sort" or "fields" or "expand" => string.Join(',', value.EnumerateArray().Select(v => Scalar(v, name))),
                not JsonValueKind.Number when name is "skip" or "take" => throw QueryErrors.Invalid(name, "must be a number"),
                not JsonValueKind.String when name is "search" or "cursor" or "count" => throw QueryErrors.Invalid(name, "must be a text"),
                JsonValueKind.Array or JsonValueKind.Object when !Controls.Contains(name) => throw QueryErrors.Invalid(name, Stray),
                JsonValueKind.String when name is "deleted" => throw QueryErrors.Invalid(name, "must be true or false"),
                _ => Scalar(value, name),
            };
            if (!Control(members, name, text, ref request)) throw QueryErrors.Invalid(name, Stray);
        }
        return Checked(request, sent.Any(m => m.Name == "skip"));
    }

    /// <summary>A filter tree by itself.</summary>
    /// <exception cref="Domain.Common.CrmException">INVALID_QUERY naming the path.</exception>
    internal static FilterNode Filter(ResourceMembers members, JsonElement json, string path)
    {
        var left = MaxConditions;
        return Node(members, json, path, MaxDepth, ref left);
    }

    /// <summary>Takes the members named by <c>fields=</c>; single custom fields are answered within <c>customFields</c>.</summary>
    private static ListRequest Fields(ResourceMembers members, ListRequest request, string value)
    {
        var named = Names(value, "fields").Select(n => members.Find(n) ?? throw QueryErrors.Invalid("fields", $"'{n}' is no member{members.Hint(n, members.All.Select(f => f.Name))}")).Distinct().ToList();
        var custom = members.Resource.Find("customFields")!;
        return request with
        {
            Fields = [.. named.Select(f => f.Custom is null ? f : custom).Distinct()],
            Custom = named.Contains(custom) ? null : [.. named.Select(f => f.Custom).OfType<CustomFieldDefinition>()],
        };
    }

    private static IReadOnlyList<Field> Expand(ResourceMembers members, string value) =>
        [.. Names(value, "expand").Select(n => members.All.FirstOrDefault(f => f.ExpandName == n) ?? throw QueryErrors.Invalid("expand", $"'{n}' cannot be expanded{members.Hint(n, members.All.Select(f => f.ExpandName).OfType<string>())}")).Distinct()];

    private static bool Control(ResourceMembers members, string key, string value, ref ListRequest request)
    {
        ListRequest? changed = key switch
        {
            "skip" => request with { Skip = Number(value, key, 0, ListRequest.MaxSkip) },
            "take" => request with { Take = Number(value, key, 1, ListRequest.MaxTake) },
            "cursor" => request with { Cursor = value },
            "count" => request with { Count = Choices.TryParse(typeof(CountMode), value.ToUpperInvariant(), out var mode) ? (CountMode)mode : throw QueryErrors.Invalid(key, "must be none, exact or estimated") },
            "sort" => request with { Sort = Sort(members, value) },
            "fields" => Fields(members, request, value),
            "expand" => request with { Expand = Expand(members, value) },
            "search" when !members.Resource.Fields.Any(f => f.Searched) => throw QueryErrors.Invalid(key, $"does not apply: {members.Resource.Name} have no searched text"),
            "search" => request with { Search = value.Trim().Length > 0 && value.Length <= 500 && JsonText.IsStorable(value) ? value : throw QueryErrors.Invalid(key, "must be 1 to 500 characters of text") },
            "deleted" => request with { Deleted = value switch { "true" => true, "false" => false, _ => throw QueryErrors.Invalid(key, "must be true or false") } },
            _ => null,
        };
        if (changed is not null) request = changed;
        return changed is not null;
    }

    private static ListRequest Checked(ListRequest request, bool hasSkip) => request.Cursor is not null && hasSkip
        ? throw QueryErrors.Invalid("skip", "does not go with cursor")
        : request;

    private static Condition Filter(ResourceMembers members, string key, string value)
    {
        var bracket = key.IndexOf('[');
        var name = bracket < 0 ? key : key[..bracket];
        if (bracket >= 0 && !key.EndsWith(']')) throw QueryErrors.Invalid(key, "must be written member[operator]");
        var (field, ofCurrency) = FilterValues.Member(members, name, key);
        var op = bracket < 0 ? FilterOperator.Eq : FilterValues.Operator(key[(bracket + 1)..^1], key);
        var splits = op is FilterOperator.In or FilterOperator.Nin or FilterOperator.Between or FilterOperator.Under
            || (op is FilterOperator.Eq or FilterOperator.Ne && (FilterValues.Splits(field) || ofCurrency));
        return FilterValues.Make(field, ofCurrency, op, splits ? value.Split(',') : [value], key);
    }

    private static FilterNode Node(ResourceMembers members, JsonElement json, string path, int depth, ref int left)
    {
        if (depth == 0) throw QueryErrors.Invalid(path, $"is nested deeper than {MaxDepth}");
        if (json.ValueKind != JsonValueKind.Object) throw QueryErrors.Invalid(path, "must be an object");
        var parts = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        var errors = new BindErrors();
        foreach (var (name, value) in ObjectReader.Members(json, path, errors)) parts[name] = value;
        if (errors.Any) throw QueryErrors.Invalid(path, "has a member that is repeated or no Unicode text");
        if (parts.Count == 1 && parts.TryGetValue("not", out var negated)) return new Not(Node(members, negated, $"{path}.not", depth - 1, ref left));
        foreach (var word in (ReadOnlySpan<string>)["and", "or"])
        {
            if (parts.Count != 1 || !parts.TryGetValue(word, out var list)) continue;
            if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0) throw QueryErrors.Invalid($"{path}.{word}", "must be a list of at least one condition");
            var nodes = new List<FilterNode>();
            foreach (var item in list.EnumerateArray()) nodes.Add(Node(members, item, $"{path}.{word}[{nodes.Count}]", depth - 1, ref left));
            return word == "and" ? new AllOf(nodes) : new AnyOf(nodes);
        }
        if (--left < 0) throw QueryErrors.Invalid(path.Split('.')[0], $"has more than {MaxConditions} conditions");
        if (parts.Keys.FirstOrDefault(k => k is not ("field" or "op" or "value")) is { } stranger) throw QueryErrors.Invalid($"{path}.{stranger}", "is unknown; a node is and, or, not, or field with op and value");
        if (!parts.TryGetValue("field", out var member) || !parts.TryGetValue("value", out var operand)) throw QueryErrors.Invalid(path, "needs field and value");
        var asked = Scalar(member, $"{path}.field");
        var ofBefore = members.WithBefore && asked.StartsWith(Before, StringComparison.Ordinal);
        var (field, ofCurrency) = FilterValues.Member(members, ofBefore ? asked[Before.Length..] : asked, $"{path}.field");
        var op = parts.TryGetValue("op", out var named) ? FilterValues.Operator(Scalar(named, $"{path}.op"), $"{path}.op") : FilterOperator.Eq;
        if (op == FilterOperator.Under && members.OfStates) throw QueryErrors.Invalid($"{path}.op", "applies to lists only: a record's state does not tell what its references are below");
        var values = operand.ValueKind == JsonValueKind.Array ? operand.EnumerateArray().ToList() : [operand];
        var ofText = op != FilterOperator.Null && (ofCurrency || FilterValues.IsText(field));
        var texts = values.Select(v => Scalar(v, $"{path}.value")).ToList();
        if (ofText && !members.OfSaved && values.Any(v => v.ValueKind != JsonValueKind.String)) throw QueryErrors.Invalid($"{path}.value", "must be a text");
        return FilterValues.Make(field, ofCurrency, op, texts, $"{path}.value") with { OfBefore = ofBefore };
    }

    private static IReadOnlyList<SortKey> Sort(ResourceMembers members, string value)
    {
        var keys = Names(value, "sort").Select(name =>
        {
            var descending = name.StartsWith('-');
            var bare = descending ? name[1..] : name;
            return members.Find(bare) is { Sorts: true } field
                ? new SortKey(field, descending)
                : throw QueryErrors.Invalid("sort", $"'{name}' cannot be sorted by{members.Hint(bare, members.All.Where(f => f.Sorts).Select(f => f.Name))}");
        }).ToList();
        if (keys.Count > 3) throw QueryErrors.Invalid("sort", "takes at most 3 members");
        if (keys.DistinctBy(k => k.Field).Count() < keys.Count) throw QueryErrors.Invalid("sort", "names a member twice");
        return keys;
    }

    private static string[] Names(string value, string parameter)
    {
        var names = value.Split(',');
        return names.All(n => n.Length > 0) ? names : throw QueryErrors.Invalid(parameter, "has an empty name");
    }

    private static int Number(string value, string key, int min, int max) =>
        int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number
            : throw QueryErrors.Invalid(key, $"must be a whole number from {min} to {max}");

    private static string Scalar(JsonElement json, string parameter) => json.ValueKind switch
    {
        JsonValueKind.String => JsonText.TryGet(json, out var text) ? text : throw QueryErrors.Invalid(parameter, "must be Unicode text without U+0000"),
        JsonValueKind.Number => json.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => throw QueryErrors.Invalid(parameter, "must be a text, a number, true or false"),
    };
}
