using System.Collections;
using System.Text.Json;
using Crm.Application.Resources;
using Crm.Domain.Common;

namespace Crm.Application.Binding;

/// <summary>Reads one JSON value as the type a member declares. What does not fit is an error at its path, never an exception.</summary>
public static class ValueReader
{
    // A filter tree has at most half of it, and what readers of JSON take by themselves is 64.
    private const int MaxJsonDepth = 24;
    private static readonly object Failed = new();

    /// <summary>The value, checked against the member's limits; false when an error was added.</summary>
    public static bool TryRead(Field field, JsonElement json, string path, BindErrors errors, out object? value)
    {
        value = json.ValueKind == JsonValueKind.Null ? null : Read(field, json, path, errors);
        if (ReferenceEquals(value, Failed)) return false;
        if (field.Refusal(value) is not { } refusal) return true;
        errors.Add(field.Kind == FieldKind.Money ? $"{path}.amount" : path, refusal);
        return false;
    }

    private static object? Read(Field field, JsonElement json, string path, BindErrors errors) => field.Kind switch
    {
        FieldKind.Text => Text(json, path, errors),
        FieldKind.Email => Parsed(json, path, errors, "must be an e-mail address", static (string s, out object? v) => { var ok = EmailAddress.TryParse(s, out var e); v = e; return ok; }),
        FieldKind.Phone => Parsed(json, path, errors, $"must be at most {PhoneNumber.MaxLength} characters", static (string s, out object? v) => { var ok = PhoneNumber.TryParse(s, out var p); v = p; return ok; }),
        FieldKind.Id => Id(json, path, errors),
        FieldKind.Ids => List(json, path, errors, Id, items => ValueList.Of(items.Cast<Guid>())),
        FieldKind.Date => Parsed(json, path, errors, "must be a date as YYYY-MM-DD", static (string s, out object? v) => { var ok = Instants.TryParseDate(s, out var d); v = d; return ok; }),
        FieldKind.Instant => Parsed(json, path, errors, $"must be {Instants.Form}", static (string s, out object? v) => { var ok = Instants.TryParseInstant(s, out var i); v = i; return ok; }),
        FieldKind.Choice => field.EnumType is { } type ? Choice(type, json, path, errors) : Text(json, path, errors),
        FieldKind.Integer => json.ValueKind == JsonValueKind.Number && TryWhole(json, out var whole) ? whole : Wrong(errors, path, "must be a whole number"),
        FieldKind.Decimal => json.ValueKind == JsonValueKind.Number && json.TryGetDecimal(out var number) ? number : Wrong(errors, path, "must be a number"),
        FieldKind.Boolean => json.ValueKind is JsonValueKind.True or JsonValueKind.False ? json.GetBoolean() : Wrong(errors, path, "must be true or false"),
        FieldKind.Money => Money(json, path, errors),
        FieldKind.Tags => List(json, path, errors, Text, items => Tags.Of(items.Cast<string>(), path)),
        FieldKind.Emails => List(json, path, errors,
            (j, p, e) => Parsed(j, p, e, "must be an e-mail address", static (string s, out object? v) => { var ok = EmailAddress.TryParse(s, out var x); v = x; return ok; }),
            items => ValueList.Of(items.Cast<EmailAddress>())),
        FieldKind.Phones => List(json, path, errors,
            (j, p, e) => Parsed(j, p, e, $"must be at most {PhoneNumber.MaxLength} characters", static (string s, out object? v) => { var ok = PhoneNumber.TryParse(s, out var x); v = x; return ok; }),
            items => ValueList.Of(items.Cast<PhoneNumber>())),
        FieldKind.Map => Map(json, path, errors),
        FieldKind.CustomValue => Any(json, path, errors),
        FieldKind.Json => AnyJson(json, path, MaxJsonDepth, errors) ? FreeJson.Of(json) : null,
        FieldKind.Embedded => Embedded(field, json, path, errors),
        FieldKind.Object => ObjectReader.Read(BodyShape.Of(field), json, path, errors),
        FieldKind.Words => List(json, path, errors, (j, p, e) => Word(field, j, p, e), items => ValueList.Of(items.Cast<string>())),
        _ => throw new InvalidOperationException($"No reader for {field.Kind}."),
    } ?? Failed;

    private static object? Wrong(BindErrors errors, string path, string message)
    {
        errors.Add(path, message);
        return null;
    }

    private static object? Id(JsonElement json, string path, BindErrors errors) =>
        Parsed(json, path, errors, "must be a UUID", static (string s, out object? v) => { var ok = Instants.TryParseUuid(s, out var id); v = id; return ok; });

    private delegate bool Parser(string text, out object? value);

    private static object? Parsed(JsonElement json, string path, BindErrors errors, string message, Parser parse)
    {
        if (Text(json, path, errors) is not string text) return null;
        if (parse(text, out var value)) return value;
        return Wrong(errors, path, message);
    }

    private static object? Text(JsonElement json, string path, BindErrors errors)
    {
        if (json.ValueKind != JsonValueKind.String)
        {
            errors.Add(path, "must be text");
            return null;
        }
        if (JsonText.TryGet(json, out var text)) return text;
        errors.Add(path, "must be Unicode text without U+0000 and lone surrogates");
        return null;
    }

    private static object? Word(Field field, JsonElement json, string path, BindErrors errors)
    {
        if (Text(json, path, errors) is not string text) return null;
        return field.Words.Count == 0 || field.Words.Contains(text) ? text : Wrong(errors, path, $"must be one of {string.Join(", ", field.Words)}");
    }

    private static object? Choice(Type type, JsonElement json, string path, BindErrors errors)
    {
        if (json.ValueKind == JsonValueKind.String && JsonText.TryGet(json, out var text) && Choices.TryParse(type, text, out var value)) return value;
        errors.Add(path, $"must be one of {string.Join(", ", Choices.Names(type))}");
        return null;
    }

    private static bool TryWhole(JsonElement json, out int whole)
    {
        whole = 0;
        if (json.TryGetInt32(out whole)) return true;
        if (!json.TryGetDecimal(out var number) || number != decimal.Truncate(number) || Math.Abs(number) > int.MaxValue) return false;
        whole = (int)number;
        return true;
    }

    private static object? Money(JsonElement json, string path, BindErrors errors)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            errors.Add(path, """must be {"amount": …, "currency": …}""");
            return null;
        }
        decimal? amount = null;
        string? currency = null;
        var before = errors.Count;
        foreach (var member in ObjectReader.Members(json, path, errors))
        {
            if (member.Name == "amount")
            {
                if (member.Value.ValueKind == JsonValueKind.Number && member.Value.TryGetDecimal(out var read)) amount = read;
                else errors.Add($"{path}.amount", "must be a number with an absolute value below 10^13");
            }
            else if (member.Name == "currency")
            {
                currency = Text(member.Value, $"{path}.currency", errors) as string;
                if (currency is not null && !Currency.IsKnown(currency)) errors.Add($"{path}.currency", "must be an ISO 4217 code");
            }
            else errors.Add($"{path}.{member.Name}", "is not a member of money");
        }
        if (errors.Count == before)
        {
            if (amount is null) errors.Add($"{path}.amount", "is required");
            if (currency is null) errors.Add($"{path}.currency", "is required");
        }
        if (errors.Count > before) return null;
        if (Domain.Common.Money.TryOf(amount!.Value, currency!, out var money, out var error)) return money;
        errors.Add($"{path}.amount", error!);
        return null;
    }

    private static object? List(JsonElement json, string path, BindErrors errors, Func<JsonElement, string, BindErrors, object?> read, Func<IEnumerable<object>, object> make)
    {
        if (json.ValueKind != JsonValueKind.Array)
        {
            errors.Add(path, "must be a list");
            return null;
        }
        var items = new List<object>();
        var before = errors.Count;
        foreach (var (item, index) in json.EnumerateArray().Select((item, index) => (item, index)))
        {
            if (index == 1000) { errors.Add(path, "has too many items"); break; }
            if (read(item, $"{path}[{index}]", errors) is { } value) items.Add(value);
        }
        if (errors.Count > before) return null;
        try
        {
            return make(items);
        }
        catch (CrmException refusal)
        {
            errors.Add(path, refusal.Errors?.Values.FirstOrDefault()?.FirstOrDefault() ?? refusal.Message);
            return null;
        }
    }

    private static object? Map(JsonElement json, string path, BindErrors errors)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            errors.Add(path, "must be an object of texts");
            return null;
        }
        var before = errors.Count;
        var entries = new List<KeyValuePair<string, string>>();
        foreach (var member in ObjectReader.Members(json, path, errors))
            if (member.Value.ValueKind != JsonValueKind.Null && Text(member.Value, $"{path}.{member.Name}", errors) is string text) entries.Add(new(member.Name, text));
        if (errors.Count > before) return null;
        try
        {
            return TextMap.Of(entries, path);
        }
        catch (CrmException refusal)
        {
            errors.Add(path, refusal.Errors?.Values.FirstOrDefault()?.FirstOrDefault() ?? refusal.Message);
            return null;
        }
    }

    /// <summary>Any value a custom field may have; the definition it belongs to says whether it fits.</summary>
    private static object? Any(JsonElement json, string path, BindErrors errors) => json.ValueKind switch
    {
        JsonValueKind.String => Text(json, path, errors) is string text ? CustomValue.Of(text) : null,
        JsonValueKind.Number => json.TryGetDecimal(out var number) ? CustomValue.Of(number) : Wrong(errors, path, "is out of range"),
        JsonValueKind.True or JsonValueKind.False => CustomValue.Of(json.GetBoolean()),
        JsonValueKind.Object => Money(json, path, errors) is Money money ? CustomValue.Of(money) : null,
        _ => List(json, path, errors, Text, Texts) is ValueList<string> texts ? CustomValue.Of(texts) : null,
    };

    /// <summary>JSON that PostgreSQL can keep and events can carry: texts and numbers within its limits, no name twice, not nested without end.</summary>
    private static bool AnyJson(JsonElement json, string path, int depth, BindErrors errors)
    {
        var before = errors.Count;
        if (depth == 0 && json.ValueKind is (JsonValueKind.Object or JsonValueKind.Array))
        {
            errors.Add(path, $"is nested deeper than {MaxJsonDepth}");
            return false;
        }
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var (name, value) in ObjectReader.Members(json, path, errors)) AnyJson(value, $"{path}.{name}", depth - 1, errors);
                break;
            case JsonValueKind.Array:
                foreach (var (item, index) in json.EnumerateArray().Select((item, index) => (item, index))) AnyJson(item, $"{path}[{index}]", depth - 1, errors);
                break;
            case JsonValueKind.String: Text(json, path, errors); break;
            case JsonValueKind.Number when !json.TryGetDecimal(out _): errors.Add(path, "is out of range"); break;
        }
        return errors.Count == before;
    }

    private static ValueList<string> Texts(IEnumerable<object> items) => ValueList.Of(items.Cast<string>());

    private static object? Embedded(Field field, JsonElement json, string path, BindErrors errors)
    {
        var element = field.ClrType!.GetGenericArguments()[0];
        var shape = BodyShape.Of(element);
        return List(json, path, errors, (item, p, e) => ObjectReader.Read(shape, item, p, e), items =>
        {
            var typed = Array.CreateInstance(element, items.Count());
            ((IList)items.ToList()).CopyTo(typed, 0);
            return typeof(ValueList).GetMethod(nameof(ValueList.Of))!.MakeGenericMethod(element).Invoke(null, [typed])!;
        });
    }
}
