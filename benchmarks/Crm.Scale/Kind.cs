namespace Crm.Scale;

/// <summary>A kind of request, and how much slower it may be with a hundred times the records.</summary>
/// <param name="Good">The growth that is promised.</param>
/// <param name="Worst">The growth beyond which the command fails.</param>
internal sealed record Kind(string Name, Func<Target, int, Task> SendAsync, double Good = 1.25, double Worst = 1.5)
{
    public static IReadOnlyList<Kind> All { get; } =
    [
        Get("read by id", (t, i) => $"/leads/{t.Ids[i % t.Ids.Length]}"),
        Get("first page", (_, _) => "/leads"),
        Get("page 1,000 by cursor", (t, i) => $"/leads?cursor={t.Cursors[i % t.Cursors.Length]}"),
        Get("filtered by value", (_, i) => $"/leads?value[gte]={5_000 + i % 20 * 100}"),
        Get("filtered by tag", (_, _) => "/leads?tags=vip"),
        Get("filtered by custom field", (_, i) => $"/leads?customFields.tier={(i % 2 == 0 ? "gold" : "silver")}"),
        Get("sorted by name", (_, _) => "/leads?sort=name"),
        Get("sorted by value", (_, _) => "/leads?sort=-value"),
        Get("search, a rare word", (t, i) => $"/leads?search={t.Words[i % t.Words.Length]}"),
        Get("search, a common word", (_, _) => "/leads?search=example"),
        new("create", (t, i) => t.Tenant.SendAsync(HttpMethod.Post, "/leads", new
        {
            name = $"Grace Hopper {i}", email = $"grace{i}@example.org", phone = "+44 20 7946 0958", company = "Eckert Ltd", jobTitle = "Engineer", source = "REFERRAL",
            value = new { amount = 12500.50m, currency = "EUR" }, score = 70, notes = "Met at the fair", tags = (string[])["fair"], customFields = new { tier = "gold", seats = i % 500 },
        })),
        // Sublinear: a hundred times the deals may take ten times as long at most.
        Get("pipeline report", (_, _) => "/reports/pipeline?groupBy=stage") with { Good = 3, Worst = 10 },
    ];

    /// <summary>A built-in indexed member and an indexed custom field, each chosen so that a fifth of the leads has the value.</summary>
    public static (Kind BuiltIn, Kind Custom) Filters { get; } =
        (Get("status", (_, _) => "/leads?status=CONTACTED&count=none"), Get("custom field", (_, _) => "/leads?customFields.tier=gold&count=none"));

    private static Kind Get(string name, Func<Target, int, string> path) => new(name, (t, i) => t.Tenant.SendAsync(HttpMethod.Get, path(t, i)));
}
