using System.Globalization;
using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Notifications;
using Crm.Api.Tests.Operations;

namespace Crm.Api.Tests.Reports;

/// <summary>What recurs, how it moved, and what was lost, of recurring invoices: with a clock that a test moves from day to day.</summary>
public sealed class RecurringRevenueTests(CrmApi api) : IAsyncLifetime
{
    private readonly MovedClock _clock = new();
    private ConfiguredApi _service = null!;
    private ApiClient _program = null!;
    private TenantClient _tenant = null!;

    public async ValueTask InitializeAsync()
    {
        _service = new ConfiguredApi(api, services => ConfiguredApi.Tells(services, _clock));
        _tenant = await _service.Anonymous.RegisterAsync();
        // A key, because sessions end when months go by.
        (_program, _) = await _tenant.KeyAsync(["recurring-invoices.read", "recurring-invoices.write", "recurring-invoices.delete", "customers.read", "customers.write", "reports.read"]);
    }

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task A_history_worked_out_by_hand_is_told_to_the_cent()
    {
        On("2030-01-10");
        var (a, b, c, d) = (await _program.BuyerAsync(), await _program.BuyerAsync(), await _program.BuyerAsync(), await _program.BuyerAsync());
        var monthly = await RecurringAsync(a, 100);
        var yearly = await RecurringAsync(b, 1200, new { interval = "YEAR", startsOn = "2030-02-01" });
        On("2030-02-15");
        await PriceAsync(monthly, 150);
        var weekly = await RecurringAsync(c, 30, new { interval = "WEEK" });
        On("2030-03-10");
        await PriceAsync(monthly, 120);
        await ActAsync(weekly, "pause");
        On("2030-04-05");
        await ActAsync(weekly, "resume");
        await ActAsync(yearly, "end");
        await RecurringAsync(d, 200.03m, new { interval = "QUARTER", every = 2 });
        await RecurringAsync(d, 12, new { currency = "USD" }, "USD");
        // Each time nothing but what does not count.
        (await _program.PatchAsync($"/recurring-invoices/{monthly}", new { notes = "Thank you" })).ShouldBe(200);

        (await RowsAsync("from=2030-01-01&to=2030-04-30&currency=EUR")).ShouldBe(
        [
            "2030-01: 0 + 100 new + 0 + 0 + 0 + 0 = 100 (1200 a year), 0 +1 ^0 v0 -0 ~0 = 1, churn - - -",
            "2030-02: 100 + 230 new + 50 + 0 + 0 + 0 = 380 (4560 a year), 1 +2 ^1 v0 -0 ~0 = 3, churn 0 0 -0.5",
            "2030-03: 380 + 0 new + 0 + -30 + -130 + 0 = 220 (2640 a year), 3 +0 ^0 v1 -1 ~0 = 2, churn 0.3333333333 0.4210526316 0.4210526316",
            "2030-04: 220 + 33.34 new + 0 + 0 + -100 + 130 = 283.34 (3400.08 a year), 2 +1 ^0 v0 -1 ~1 = 3, churn 0.5 0.4545454545 0.4545454545",
        ]);
        (await RowsAsync("from=2030-02-28&to=2030-03-09&currency=EUR")).Select(r => r[..30]).ShouldBe(["2030-02: 100 + 230 new + 50 + ", "2030-03: 380 + 0 new + 0 + 0 +"], "a month is told from its beginning, and the last until its day");
        (await RowsAsync("from=2030-04-01&to=2030-05-31")).Select(r => r.Split(" (")[0]).ShouldBe(
        [
            "2030-04: 220 + 33.34 new + 0 + 0 + -100 + 130 = 283.34", "2030-04: 0 + 12 new + 0 + 0 + 0 + 0 = 12",
            "2030-05: 283.34 + 0 new + 0 + 0 + 0 + 0 = 283.34", "2030-05: 12 + 0 new + 0 + 0 + 0 + 0 = 12",
        ], "what is agreed goes on; currencies are not added");
        (await RowsAsync("from=2031-01-01&to=2031-01-31&currency=JPY")).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_ends_by_itself_counts_until_its_last_period_is_over()
    {
        On("2030-01-31");
        var (one, two) = (await _program.BuyerAsync(), await _program.BuyerAsync());
        var made = await RecurringAsync(one, 10, new { occurrences = 2, startsOn = "2030-01-31" });
        await RecurringAsync(two, 120, new { interval = "YEAR", startsOn = "2030-02-28", endsOn = "2031-02-27" });
        string[] expected = ["2030-01: 0 > 10", "2030-02: 10 > 20", "2030-03: 20 > 10"];
        async Task<string[]> LevelsAsync() => [.. (await ReportAsync("from=2030-01-01&to=2030-03-31")).Select(m => $"{m["month"]}: {m["startMrr"]!.GetValue<decimal>():0} > {m["mrr"]!.GetValue<decimal>():0}")];
        (await LevelsAsync()).ShouldBe(expected, "28 February and 31 March begin the periods");
        (await api.TurnAsync("invoices.recurring", _tenant.Id, new DateTimeOffset(2030, 3, 1, 12, 0, 0, TimeSpan.Zero))).ShouldBeTrue();
        (await _program.GetAsync($"/recurring-invoices/{made}")).Of("status").ShouldBe("ENDED");
        (await LevelsAsync()).ShouldBe(expected, "although it has ended");
        (await ReportAsync("from=2031-02-01&to=2031-02-28"))[0]["churnedMrr"]!.GetValue<decimal>().ShouldBe(-10);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whatever_happens_movements_lead_from_the_beginning_of_a_month_to_its_end(int seed)
    {
        var random = new Random(seed);
        var day = new DateOnly(2030, 1, 5);
        On(day);
        Guid[] customers = [await _program.BuyerAsync(), await _program.BuyerAsync(), await _program.BuyerAsync()];
        var contracts = new List<Contract>();
        for (var i = 0; i < 60; i++)
        {
            On(day = day.AddDays(random.Next(0, 12)));
            if (contracts.Count < 6)
            {
                var (customer, amount, from) = (customers[random.Next(3)], random.Next(1, 500), day.AddDays(random.Next(3) * 10));
                contracts.Add(new Contract(await RecurringAsync(customer, amount, new { startsOn = Text(from) }), from, customer, amount));
                contracts[^1].Note(day);
                continue;
            }
            await contracts[random.Next(contracts.Count)].ChangeAsync(_program, random, day, customers);
        }

        var levels = new Dictionary<(Guid, int), decimal>();
        decimal Level(Guid customer, int month) => contracts.Sum(c => c.LevelOf(customer, new DateOnly(month / 12, (month % 12) + 1, 1).AddMonths(1).AddDays(-1)));
        var first = 2030 * 12;
        var months = await ReportAsync($"from=2030-01-01&to={Text(new DateOnly(day.Year, day.Month, 1).AddMonths(1).AddDays(-1))}");
        months.Count.ShouldBeGreaterThan(6);
        foreach (var month in months)
        {
            var number = (int.Parse(month["month"]!.ToString()[..4], CultureInfo.InvariantCulture) * 12) + int.Parse(month["month"]!.ToString()[5..], CultureInfo.InvariantCulture) - 1;
            var (added, grown, shrunk, lost, back) = (0m, 0m, 0m, 0m, 0m);
            foreach (var customer in customers)
            {
                var (before, after) = (Level(customer, number - 1), Level(customer, number));
                var known = Enumerable.Range(first, number - first).Any(m => Level(customer, m) != 0);
                if (before == 0 && !known) added += after;
                else if (before == 0) back += after;
                else if (after == 0) lost -= before;
                else if (after > before) grown += after - before;
                else shrunk += after - before;
            }
            decimal Of(string member) => month[member]!.GetValue<decimal>();
            (Of("newMrr"), Of("expansionMrr"), Of("contractionMrr"), Of("churnedMrr"), Of("reactivatedMrr")).ShouldBe((added, grown, shrunk, lost, back), $"seed {seed}, {month["month"]}");
            (Of("startMrr") + added + grown + shrunk + lost + back).ShouldBe(Of("mrr"));
            Of("mrr").ShouldBe(customers.Sum(c => Level(c, number)));
        }
    }

    [Theory]
    [InlineData("from=2026-02-01&to=2026-01-31", "to")]
    [InlineData("from=1900-01-01&to=2026-01-31", "to")]
    [InlineData("from=soon", "from")]
    [InlineData("currency=EURO", "currency")]
    [InlineData("currency=eur", "currency")]
    [InlineData("groupBy=month", "groupBy")]
    public async Task What_it_cannot_be_about_is_refused(string query, string member) =>
        (await _program.GetAsync($"/reports/recurring-revenue?{query}")).ShouldFail(400, "INVALID_QUERY").Errors.ContainsKey(member).ShouldBeTrue();

    [Fact]
    public async Task A_member_sees_that_of_what_he_sees_and_another_organization_nothing()
    {
        var tenant = await api.TenantAsync();
        var buyer = await tenant.BuyerAsync();
        (await tenant.PatchAsync("/tenant", new { recordVisibility = "OWN" })).ShouldBe(200);
        var (colleague, userId) = await tenant.MemberAsync("USER");
        (await tenant.PostAsync("/recurring-invoices", Body(buyer, 100, null, "EUR"))).ShouldBe(201);
        (await tenant.PostAsync("/recurring-invoices", Body(buyer, 7, new { ownerId = userId }, "EUR"))).ShouldBe(201);
        async Task<decimal?> MrrAsync(ApiClient client) => (await client.GetAsync("/reports/recurring-revenue")).ShouldBe(200).Data["months"]!.AsArray().LastOrDefault()?["mrr"]!.GetValue<decimal>();
        (await MrrAsync(tenant)).ShouldBe(107);
        (await MrrAsync(colleague)).ShouldBe(7);
        (await MrrAsync(await api.TenantAsync())).ShouldBeNull();
    }

    [Fact]
    public async Task It_is_one_round_trip() => (await Statements.CountAsync(await api.TenantAsync(), "GET", "/api/v1/reports/recurring-revenue")).ShouldBe(1);

    private void On(string day) => On(DateOnly.Parse(day, CultureInfo.InvariantCulture));

    private void On(DateOnly day) => _clock.Offset = day.ToDateTime(new TimeOnly(10, 0), DateTimeKind.Utc) - DateTime.UtcNow;

    private async Task<IReadOnlyList<JsonNode>> ReportAsync(string query) => [.. (await _program.GetAsync($"/reports/recurring-revenue?{query}")).ShouldBe(200).Data["months"]!.AsArray().Select(m => m!)];

    private async Task<string[]> RowsAsync(string query) =>
    [
        .. (await ReportAsync(query)).Select(m =>
        {
            string Of(string member) => m[member] is { } number ? number.GetValue<decimal>().ToString("0.##########", CultureInfo.InvariantCulture) : "-";
            return $"{m["month"]}: {Of("startMrr")} + {Of("newMrr")} new + {Of("expansionMrr")} + {Of("contractionMrr")} + {Of("churnedMrr")} + {Of("reactivatedMrr")} = {Of("mrr")} ({Of("arr")} a year), "
                + $"{Of("startCustomers")} +{Of("newCustomers")} ^{Of("expandedCustomers")} v{Of("contractedCustomers")} -{Of("churnedCustomers")} ~{Of("reactivatedCustomers")} = {Of("customers")}, "
                + $"churn {Of("customerChurnRate")} {Of("revenueChurnRate")} {Of("netRevenueChurnRate")}";
        }),
    ];

    private async Task<Guid> RecurringAsync(Guid customer, decimal amount, object? more = null, string currency = "EUR") =>
        (await _program.PostAsync("/recurring-invoices", Body(customer, amount, more, currency))).ShouldBe(201).Id;

    private async Task PriceAsync(Guid id, decimal amount) => (await _program.PatchAsync($"/recurring-invoices/{id}", new { lineItems = Lines(amount, "EUR") })).ShouldBe(200);

    private async Task ActAsync(Guid id, string act) => (await _program.PostAsync($"/recurring-invoices/{id}/{act}")).ShouldBe(200);

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static JsonObject Body(Guid customer, decimal amount, object? more, string currency)
    {
        var body = System.Text.Json.JsonSerializer.SerializeToNode(more ?? new { })!.AsObject();
        body["customerId"] = customer;
        body["lineItems"] = System.Text.Json.JsonSerializer.SerializeToNode(Lines(amount, currency));
        return body;
    }

    private static object[] Lines(decimal amount, string currency) => [new { name = "Care", unitPrice = new { amount, currency }, taxCategory = "STANDARD", taxPercent = 20 }];

    /// <summary>A recurring invoice by the month as the test understands it: how it stood from which day on.</summary>
    private sealed class Contract(Guid id, DateOnly from, Guid customer, decimal amount)
    {
        private readonly List<(DateOnly Day, Guid Customer, decimal Amount)> _stood = [];
        private string _status = "ACTIVE";
        private bool _deleted;
        private Guid _customer = customer;
        private decimal _amount = amount;

        public void Note(DateOnly day) => _stood.Add((day, _customer, _status == "ACTIVE" && !_deleted ? _amount : 0));

        public decimal LevelOf(Guid of, DateOnly day) => day >= from && _stood.LastOrDefault(s => s.Day <= day) is var last && last.Customer == of ? last.Amount : 0;

        public async Task ChangeAsync(ApiClient program, Random random, DateOnly day, Guid[] customers)
        {
            switch (random.Next(8))
            {
                case 0 when !_deleted && _status == "ACTIVE":
                    (await program.PostAsync($"/recurring-invoices/{id}/pause")).ShouldBe(200);
                    _status = "PAUSED";
                    break;
                case 1 or 2 when !_deleted && _status == "PAUSED":
                    (await program.PostAsync($"/recurring-invoices/{id}/resume")).ShouldBe(200);
                    _status = "ACTIVE";
                    break;
                case 3 when !_deleted && _status != "ENDED" && random.Next(4) == 0:
                    (await program.PostAsync($"/recurring-invoices/{id}/end")).ShouldBe(200);
                    _status = "ENDED";
                    break;
                case 4 when _deleted:
                    (await program.PostAsync($"/recurring-invoices/{id}/restore")).ShouldBe(200);
                    _deleted = false;
                    break;
                case 4 when random.Next(2) == 0:
                    (await program.DeleteAsync($"/recurring-invoices/{id}")).ShouldBe(204);
                    _deleted = true;
                    break;
                case 5 when !_deleted && _status != "ENDED":
                    (await program.PatchAsync($"/recurring-invoices/{id}", new { customerId = _customer = customers[random.Next(3)] })).ShouldBe(200);
                    break;
                case > 5 when !_deleted && _status != "ENDED":
                    (await program.PatchAsync($"/recurring-invoices/{id}", new { lineItems = Lines(_amount = random.Next(1, 500), "EUR") })).ShouldBe(200);
                    break;
                default:
                    return;
            }
            Note(day);
        }
    }
}
