namespace Crm.Scale;

/// <summary>How much slower each kind of request is with a hundred times the records.</summary>
internal sealed class Growth(Target small, Target large, Verdicts verdicts)
{
    private const int Rounds = 2;
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(4);

    public async Task MeasureAsync()
    {
        Console.Error.WriteLine("Warming up …");
        for (var i = 0; i < 3; i++)
            foreach (var kind in Kind.All) await TimeAsync(kind, TimeSpan.FromSeconds(2));

        var times = Kind.All.ToDictionary(k => k, _ => new List<(List<double> Small, List<double> Large)>());
        for (var round = 1; round <= Rounds; round++)
        {
            Console.Error.WriteLine($"Round {round} of {Rounds} …");
            foreach (var kind in Kind.All) times[kind].Add(await TimeAsync(kind, AtMost));
        }

        Console.WriteLine($"\n{"",-26} {"10,000",9} {"1,000,000",9}   {"growth",6} {"round 1",8} {"round 2",8} {"mark",6}");
        foreach (var (kind, rounds) in times)
        {
            var (few, many) = (Timing.Median(rounds.SelectMany(r => r.Small)), Timing.Median(rounds.SelectMany(r => r.Large)));
            var each = rounds.Select(r => Timing.Median(r.Large) / Timing.Median(r.Small)).ToList();
            Console.WriteLine($"{kind.Name,-26} {few,6:N2} ms {many,6:N2} ms   {many / few,6:N2} {each[0],8:N2} {each[1],8:N2} {kind.Good,6:N2}{verdicts.Of(many / few, kind.Good, kind.Worst)}");
        }
    }

    /// <summary>An indexed custom field against a built-in indexed member, among 1,000,000.</summary>
    public async Task CompareFiltersAsync()
    {
        var (builtIn, custom) = Kind.Filters;
        var (a, b) = await Timing.InTurnsAsync(i => builtIn.SendAsync(large, i), i => custom.SendAsync(large, i), AtMost);
        var ratio = Timing.Median(b) / Timing.Median(a);
        Console.WriteLine($"\nfilter by an indexed custom field, of {Loader.CustomFields}: {Timing.Median(b):N2} ms, by a built-in indexed member: {Timing.Median(a):N2} ms, ratio {ratio:N2} (mark 2){verdicts.Of(ratio, 2, 2.4)}");
    }

    private Task<(List<double> Small, List<double> Large)> TimeAsync(Kind kind, TimeSpan atMost) =>
        Timing.InTurnsAsync(i => kind.SendAsync(small, i), i => kind.SendAsync(large, i), atMost);
}

/// <summary>What was promised and not kept.</summary>
internal sealed class Verdicts
{
    public bool Failed { get; private set; }

    /// <summary>Nothing, or a word about it. Beyond the worst the command fails.</summary>
    public string Of(double value, double good, double worst)
    {
        Failed |= value > worst;
        return value > worst ? "  FAILED" : value > good ? "  missed" : "";
    }
}
