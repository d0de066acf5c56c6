using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Crm.Application.Abstractions;
using Crm.Application.Listing;

namespace Crm.Application.Platform;

/// <summary>Where a page of a list by time ended: the time of its last row, and that row's id.</summary>
public sealed record Keyset(DateTimeOffset At, Guid Id)
{
    /// <summary>Where the page begins; null at the beginning of the list.</summary>
    /// <exception cref="Domain.Common.CrmException">INVALID_QUERY: the cursor is none of ours; these lists have no skip.</exception>
    public static Keyset? Of(PageRequest page)
    {
        if (page.Skip > 0) throw QueryErrors.Invalid("skip", "is no parameter of this operation");
        if (page.Cursor is not { } cursor) return null;
        try
        {
            var parts = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(cursor)).Split('.');
            if (parts is [var ticks, var id] && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at <= DateTimeOffset.MaxValue.Ticks && Guid.TryParseExact(id, "N", out var last))
                return new Keyset(new DateTimeOffset(at, TimeSpan.Zero), last);
        }
        catch (FormatException)
        {
            // No base64: not ours.
        }
        throw QueryErrors.Invalid("cursor", "is not a cursor of this list");
    }

    /// <summary>The page of rows of which one more than wanted were read.</summary>
    public static DataPage<T> Page<T>(PageRequest page, IReadOnlyList<T> rows, Func<T, Keyset> of) where T : class =>
        new([.. rows.Take(page.Take)], new PageMeta(0, page.Take, null, false, rows.Count > page.Take ? of(rows[page.Take - 1]).Text : null));

    private string Text => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{At.UtcTicks}.{Id:N}")));
}
