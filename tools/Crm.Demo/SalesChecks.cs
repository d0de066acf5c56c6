using System.Globalization;
using System.Text.Json;

namespace Crm.Demo;

/// <summary>Compares the service's pipeline report with the published figures of the folder.</summary>
internal sealed class SalesChecks(ApiClient api, SalesIds ids)
{
    // The published rates and averages are rounded to two decimals.
    private const decimal Rounding = 0.0051m;

    private readonly List<string> differences = [];
    private int compared;

    /// <summary>Prints the tables and returns whether every figure agrees.</summary>
    internal async Task<bool> CompareAsync(string file)
    {
        var expected = JsonElement.Parse(await File.ReadAllBytesAsync(file));
        await TotalsAsync(expected.GetProperty("totals"));
        var tables = expected.GetProperty("tables");
        await TableAsync(tables, "region", "region", new Dictionary<string, string>());
        await TableAsync(tables, "manager", "team", ids.Teams);
        await TableAsync(tables, "close quarter", "quarter", new Dictionary<string, string>());
        await TableAsync(tables, "close month", "month", new Dictionary<string, string>());
        await TableAsync(tables, "product", "product", ids.Products);
        await TableAsync(tables, "agent", "owner", ids.Users);

        Out.Line();
        Out.Line($"{compared} figures compared with {Path.GetFileName(file)}: {(differences.Count == 0 ? "all agree" : $"{differences.Count} differ")}.");
        foreach (var difference in differences) Out.Error($"  differs: {difference}");
        return differences.Count == 0;
    }

    private async Task TotalsAsync(JsonElement totals)
    {
        var (statuses, all) = await Reports.PipelineAsync(api, "status");
        var won = statuses.FirstOrDefault(r => r.Is("WON"));
        var total = all.FirstOrDefault(r => r.Currency == "USD") ?? all.FirstOrDefault();
        List<string[]> rows = [];
        void Figure(string name, decimal? want, decimal? have, decimal tolerance = 0)
        {
            rows.Add([name, Out.Number(want), Out.Number(have), Same("totals", name, want, have, tolerance)]);
        }

        Figure("deals", totals.Number("rows"), all.Sum(r => r.Count));
        Figure("won", totals.Number("won"), won?.Count);
        Figure("lost", totals.Number("lost"), statuses.FirstOrDefault(r => r.Is("LOST"))?.Count);
        Figure("won value", totals.Number("won_value"), won?.WonValue);
        Figure("win rate, %", Quotient(totals, "win_rate_closed") * 100, total?.WinRate * 100, Rounding);
        Figure("average won cycle, days", Quotient(totals, "won_cycle_days"), total?.AverageWonCycleDays, Rounding);

        var (stages, _) = await Reports.PipelineAsync(api, "stage");
        foreach (var name in SalesFiles.Stages)
            Figure($"stage {name}", totals.Number(name.ToLowerInvariant()), stages.Where(r => r.Is(name, ids.Stages[name])).Sum(r => r.Count));
        if (totals.TryGetProperty("open_value_at_list", out var open))
            foreach (var name in (string[])["Prospecting", "Engaging"])
                Figure($"value of {name}, list prices", open.Number(name), stages.Where(r => r.Is(name, ids.Stages[name])).Sum(r => r.Value));
        Out.Line();
        Out.Table(["all deals", "published", "reported", ""], rows);
    }

    private async Task TableAsync(JsonElement tables, string table, string groupBy, IReadOnlyDictionary<string, string> idOf)
    {
        if (!tables.TryGetProperty(table, out var expected)) return;
        var (groups, _) = await Reports.PipelineAsync(api, groupBy);
        var left = groups.ToHashSet();
        List<string[]> rows = [];
        foreach (var want in expected.EnumerateArray())
        {
            var key = want.Text("key") ?? "";
            // Deals that are not closed have no close month: that group has no key.
            var row = key.StartsWith('(')
                ? groups.FirstOrDefault(r => r.Names.Count == 0 || r.Is("", key, "none"))
                : groups.FirstOrDefault(r => r.Is(idOf.TryGetValue(key, out var id) ? [key, id] : [key]));
            if (row is not null) left.Remove(row);
            var before = differences.Count;
            Compare($"{groupBy} {key}", want, row);
            rows.Add([key, Out.Number(row?.Won), Out.Number(row?.WonValue), Out.Number(row?.WinRate * 100, "0.00"),
                Out.Number(row?.AverageWonCycleDays, "0.00"), differences.Count == before ? "OK" : "differs"]);
        }

        // A member without deals may have a row of zeros; deals under a key nobody published are a difference.
        foreach (var row in left.Where(r => r.Count != 0))
            differences.Add($"{groupBy} {string.Join(" / ", row.Names)}: {Out.Number(row.Count)} deals ({row.Currency}) in a group that is not published");
        Out.Line();
        Out.Table([$"by {groupBy}", "won", "won value", "win rate %", "cycle days", ""], rows);
    }

    private void Compare(string group, JsonElement want, ReportRow? row)
    {
        Same(group, "count", want.Number("all"), row?.Count);
        Same(group, "open", want.Number("prospecting") + want.Number("engaging"), row?.Open);
        Same(group, "won", want.Number("won"), row?.Won);
        Same(group, "lost", want.Number("lost"), row?.Lost);
        Same(group, "wonValue", want.Number("won_value"), row?.WonValue);
        // Where nothing is closed there is no rate and no cycle to compare.
        if (want.Number("win_rate_pct") is { } rate) Same(group, "winRate", rate, row?.WinRate * 100, Rounding);
        if (want.Number("avg_won_cycle_days") is { } days) Same(group, "averageWonCycleDays", days, row?.AverageWonCycleDays, Rounding);
        if (want.Number("avg_won_value") is { } value)
            Same(group, "wonValue / won", value, row is { Won: > 0 } ? row.WonValue / row.Won : null, Rounding);
    }

    private string Same(string group, string figure, decimal? want, decimal? have, decimal tolerance = 0)
    {
        compared++;
        if (want is null && have is null || want is { } w && have is { } h && Math.Abs(w - h) <= tolerance) return "OK";
        differences.Add($"{group}, {figure}: published {Out.Number(want, "0.####")}, reported {Out.Number(have, "0.####")}");
        return "differs";
    }

    // "4238/6711 = 0.6315005": the exact quotient.
    private static decimal? Quotient(JsonElement totals, string member) =>
        totals.Text(member)?.Split('=')[0].Split('/') is [var over, var under]
            ? decimal.Parse(over, CultureInfo.InvariantCulture) / decimal.Parse(under, CultureInfo.InvariantCulture)
            : null;
}
