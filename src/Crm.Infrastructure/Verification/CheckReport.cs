using System.Globalization;

namespace Crm.Infrastructure.Verification;

/// <summary>What one check found: how much it looked at and what of it is wrong. Names ids and members, never anybody's data.</summary>
internal sealed class CheckReport(string name)
{
    private const int Shown = 50;
    private readonly List<string> _first = [];

    /// <summary>How many things were looked at.</summary>
    public long Looked { get; private set; }

    /// <summary>How many of them are wrong.</summary>
    public long Wrong { get; private set; }

    /// <summary>Counts what was looked at.</summary>
    public void Look(long count = 1) => Looked += count;

    /// <summary>Notes something wrong.</summary>
    public void Note(string what)
    {
        if (++Wrong <= Shown) _first.Add(what);
    }

    /// <summary>One line, and one more for each of the first things that are wrong.</summary>
    public IEnumerable<string> Lines()
    {
        yield return Wrong == 0
            ? string.Create(CultureInfo.InvariantCulture, $"ok     {name}: {Looked:N0}")
            : string.Create(CultureInfo.InvariantCulture, $"WRONG  {name}: {Wrong:N0} of {Looked:N0}");
        foreach (var what in _first) yield return $"       {what}";
        if (Wrong > Shown) yield return string.Create(CultureInfo.InvariantCulture, $"       and {Wrong - Shown:N0} more");
    }
}
