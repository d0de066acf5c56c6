using System.Globalization;
using Crm.Application.Listing;

namespace Crm.Application.Events;

/// <summary>
/// A place in the tenant's log: the writing transaction and the event's number in it, in the epoch that a restore raises. Opaque text
/// <c>&lt;epoch&gt;.&lt;xid&gt;.&lt;n&gt;</c> on the wire; <c>0</c> is the beginning.
/// </summary>
public readonly record struct LogPosition(long Epoch, long Xid, int N) : IComparable<LogPosition>
{
    /// <summary>Before the first event.</summary>
    public static readonly LogPosition Beginning;

    /// <summary>Reads a position; false when it is none of ours.</summary>
    public static bool TryParse(string text, out LogPosition position)
    {
        position = Beginning;
        if (text == "0") return true;
        var parts = text.Split('.');
        if (parts.Length != 3 || !Number(parts[0], out var epoch) || !Number(parts[1], out var xid) || !Number(parts[2], out var n) || n > int.MaxValue) return false;
        position = new LogPosition(epoch, xid, (int)n);
        return true;
    }

    /// <summary>Reads the position that a caller sent as <paramref name="member"/>.</summary>
    /// <exception cref="Domain.Common.CrmException">INVALID_QUERY.</exception>
    public static LogPosition Parse(string text, string member) => TryParse(text, out var position) ? position : throw QueryErrors.Invalid(member, "is no position of the log");

    /// <inheritdoc/>
    public int CompareTo(LogPosition other) => (Epoch, Xid, N).CompareTo((other.Epoch, other.Xid, other.N));

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Epoch}.{Xid}.{N}");

    private static bool Number(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
