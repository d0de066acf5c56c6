using System.Globalization;

namespace Crm.Infrastructure.Rebuilding;

/// <summary>What was found of one read model: how much was mended, and what could not be. Names ids, never anybody's data.</summary>
internal sealed class RebuildReport(string name, bool keeps)
{
    private const int Shown = 50;
    private readonly List<string> _left = [];

    /// <summary>How much was, or would be, mended.</summary>
    public long Count { get; private set; }

    /// <summary>How much could not be.</summary>
    public long LeftCount { get; private set; }

    /// <summary>Counts what was mended.</summary>
    public void Mended(long count) => Count += count;

    /// <summary>Notes what could not be mended, and why.</summary>
    public void Left(string what)
    {
        if (++LeftCount <= Shown) _left.Add(what);
    }

    /// <summary>One line, and one more for each of the first things that are left.</summary>
    public IEnumerable<string> Lines()
    {
        yield return Count == 0
            ? $"same    {name}"
            : string.Create(CultureInfo.InvariantCulture, $"{(keeps ? "mended" : "differs")}{(keeps ? "  " : " ")}{name}: {Count:N0}");
        foreach (var what in _left) yield return $"        LEFT {what}";
        if (LeftCount > Shown) yield return string.Create(CultureInfo.InvariantCulture, $"        and {LeftCount - Shown:N0} more");
    }
}
