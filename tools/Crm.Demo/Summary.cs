namespace Crm.Demo;

/// <summary>What is in the tenant now, read back through the API, and what to try next.</summary>
internal static class Summary
{
    internal static async Task PrintAsync(ApiClient api)
    {
        Out.Line();
        List<string[]> counts = [];
        foreach (var resource in (string[])["companies", "contacts", "customers", "leads", "products", "deals", "tasks", "activities"])
        {
            var page = await api.GetAsync($"{resource}?take=1&count=exact");
            counts.Add([resource, Out.Number(page.GetProperty("meta").Number("total"))]);
        }

        Out.Table(["in the tenant", "records"], counts);

        // The report names stages by id; they are printed by name, in the order of the pipelines.
        var stages = (await api.ListAsync("pipelines")).SelectMany(p => p.GetProperty("stages").EnumerateArray()).ToList();
        var (groups, totals) = await Reports.PipelineAsync(api, "stage");
        var rows = groups.Select(row => (Row: row, At: stages.FindIndex(s => row.Is(s.Id(), s.Text("name") ?? ""))))
            .OrderBy(g => g.At)
            .Select(g => (string[])[g.At < 0 ? string.Join(" / ", g.Row.Names) : stages[g.At].Text("name") ?? "",
                Out.Number(g.Row.Count), Out.Number(g.Row.Value), Out.Number(g.Row.WeightedValue), g.Row.Currency ?? ""]);
        Out.Line();
        Out.Table(["pipeline", "deals", "value", "weighted", "currency"], [.. rows]);
        foreach (var total in totals)
            Out.Line($"  won {Out.Number(total.Won)}, lost {Out.Number(total.Lost)}, win rate {Out.Number(total.WinRate * 100, "0.00")} %, "
                + $"won value {Out.Number(total.WonValue)} {total.Currency}, average won cycle {Out.Number(total.AverageWonCycleDays, "0.00")} days");
    }

    internal static void PrintRequests(ApiClient api, Session session)
    {
        var api1 = $"{api.Url}api/v1";
        var password = session.State.Password ?? "…";
        Out.Line();
        Out.Line("Try:");
        Out.Line($$"""
              TOKEN=$(curl -s {{api1}}/auth/login -H 'Content-Type: application/json' \
                -d '{"email":"{{session.State.Email}}","password":"{{password}}"}' | sed 's/.*"accessToken": *"\([^"]*\)".*/\1/')
              curl -sg -H "Authorization: Bearer $TOKEN" '{{api1}}/deals?status=WON&value[gte]=5000&sort=-value&fields=title,value,actualCloseDate&take=5'
              curl -s -H "Authorization: Bearer $TOKEN" '{{api1}}/reports/pipeline?groupBy=owner'
            """);
    }
}
