using System.Text.Json;

namespace Crm.Demo;

/// <summary>One row of the pipeline report. <paramref name="Names"/> is all it is called by: its key, and a label if it has one.</summary>
internal sealed record ReportRow(
    IReadOnlyList<string> Names, string? Currency, decimal Count, decimal Value, decimal WeightedValue, decimal Open,
    decimal Won, decimal Lost, decimal WonValue, decimal? WinRate, decimal? AverageWonCycleDays)
{
    /// <summary>Whether the row is the one of a record, known by its id or its name.</summary>
    internal bool Is(params IEnumerable<string> names) => names.Any(n => Names.Contains(n, StringComparer.OrdinalIgnoreCase));

    internal static ReportRow From(JsonElement row) => new(
        NamesOf(row), row.Text("currency"), row.Number("count") ?? 0, row.Number("value") ?? 0, row.Number("weightedValue") ?? 0,
        row.Number("open") ?? 0, row.Number("won") ?? 0, row.Number("lost") ?? 0, row.Number("wonValue") ?? 0,
        row.Number("winRate"), row.Number("averageWonCycleDays"));

    // The key of an owner, team, stage or product may be the id or the name; a label may stand beside it.
    private static List<string> NamesOf(JsonElement row)
    {
        List<string> names = [];
        foreach (var member in (string[])["key", "label", "name", "title"])
        {
            if (!row.TryGetProperty(member, out var value)) continue;
            if (value.ValueKind == JsonValueKind.Object) names.AddRange(NamesOf(value).Append(value.Text("id") ?? ""));
            else if (value.ValueKind != JsonValueKind.Null) names.Add(value.ToString());
        }

        return names;
    }
}

/// <summary>The pipeline report, as the service computes it.</summary>
internal static class Reports
{
    internal static async Task<(List<ReportRow> Groups, List<ReportRow> Totals)> PipelineAsync(ApiClient api, string groupBy)
    {
        var data = (await api.GetAsync($"reports/pipeline?groupBy={groupBy}")).GetProperty("data");
        return (Rows(data, "groups"), Rows(data, "totals"));
    }

    private static List<ReportRow> Rows(JsonElement data, string member) =>
        [.. data.GetProperty(member).EnumerateArray().Select(ReportRow.From)];
}
