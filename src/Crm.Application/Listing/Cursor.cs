using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Crm.Application.Binding;
using Crm.Application.Resources;
using Crm.Domain.Common;

namespace Crm.Application.Listing;

/// <summary>
/// A position in a sorted list: the sort keys' values of the last row and its id. Opaque and URL-safe; a checksum over resource,
/// sort and values tells one of ours from anything else. It grants nothing: filters and visibility apply to every page anew.
/// </summary>
internal sealed record Cursor(IReadOnlyList<object?> Values, Guid Id)
{
    /// <summary>As the caller sees it.</summary>
    public string Encode(Resource resource, IReadOnlyList<SortKey> sort)
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(Values.Select(Text).Append(Id.ToString("N")).ToArray());
        return Base64Url.EncodeToString([.. Checksum(resource, sort, payload), .. payload]);
    }

    /// <summary>Reads one of ours for this sort.</summary>
    /// <exception cref="CrmException">INVALID_QUERY: not ours, damaged, or of another sort.</exception>
    public static Cursor Decode(string text, Resource resource, IReadOnlyList<SortKey> sort)
    {
        try
        {
            var bytes = Base64Url.DecodeFromChars(text);
            var payload = bytes.AsSpan(8);
            if (!bytes.AsSpan(0, 8).SequenceEqual(Checksum(resource, sort, payload))) throw Stranger();
            var parts = JsonSerializer.Deserialize<string?[]>(payload)!;
            return new Cursor([.. sort.Select((key, i) => Parse(key.Field, parts[i]))], Guid.ParseExact(parts[sort.Count]!, "N"));
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentException or JsonException or IndexOutOfRangeException)
        {
            throw Stranger();
        }
    }

    private static CrmException Stranger() => QueryErrors.Invalid("cursor", "is not a cursor of this list and sort");

    private static byte[] Checksum(Resource resource, IReadOnlyList<SortKey> sort, ReadOnlySpan<byte> payload)
    {
        var head = Encoding.UTF8.GetBytes($"{resource.Name}|{string.Join(',', sort.Select(s => (s.Descending ? "-" : "") + s.Field.Column))}|");
        return SHA256.HashData([.. head, .. payload])[..8];
    }

    private static string? Text(object? value) => value switch
    {
        null => null,
        string text => text,
        DateTimeOffset instant => Instants.FormatInstant(instant),
        DateTime instant => Instants.FormatInstant(instant),
        DateOnly date => Instants.FormatDate(date),
        bool flag => flag ? "true" : "false",
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new InvalidOperationException($"No cursor text for {value.GetType()}."),
    };

    private static object? Parse(Field field, string? text) => text is null ? null : field.Kind switch
    {
        FieldKind.Instant => Instants.TryParseInstant(text, out var instant) ? instant : throw new FormatException(),
        FieldKind.Date => Instants.TryParseDate(text, out var date) ? date : throw new FormatException(),
        FieldKind.Integer => int.Parse(text, CultureInfo.InvariantCulture),
        FieldKind.Decimal or FieldKind.Money => decimal.Parse(text, CultureInfo.InvariantCulture),
        FieldKind.Boolean => text == "true",
        FieldKind.Id => Guid.Parse(text),
        _ => JsonText.IsStorable(text) ? text : throw new FormatException(),
    };
}
