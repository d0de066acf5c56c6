using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;
using Dapper;
using Npgsql;

namespace Crm.Api.Tests.Reports;

public sealed class RevenueReportTests(CrmApi api)
{
    private const string All = "&from=2020-01-01&to=2030-12-31";
    private static readonly object[] Mixed =
    [
        new { name = "Installation", quantity = 2, unitPrice = new { amount = 50, currency = "EUR" }, taxCategory = "STANDARD", taxPercent = 20 },
        new { name = "Book", unitPrice = new { amount = 10, currency = "EUR" }, taxCategory = "STANDARD", taxPercent = 9 },
    ];

    [Fact]
    public async Task Revenue_is_what_was_issued_less_what_was_credited_and_its_rows_add_up_to_its_totals()
    {
        var tenant = await api.TenantAsync();
        await tenant.SellsAsync();
        var (one, two) = (await tenant.BuyerAsync(new { name = "One" }), await tenant.BuyerAsync(new { name = "Two" }));
        await IssuedOnAsync(tenant, one, "2026-01-31", new { lineItems = Mixed });
        var credited = await IssuedOnAsync(tenant, two, "2026-02-01");
        await IssuedOnAsync(tenant, two, "2026-04-01", new { adjustments = new[] { new { percent = 10, reason = "Loyal" } } });
        (await tenant.PostAsync($"/invoices/{credited}/credit-notes", new { })).ShouldBe(201);
        await OnAsync("2026-02-28", "credited_invoice_id", credited);
        (await tenant.DraftAsync(one)).ShouldBe(201);
        (await tenant.PostAsync($"/invoices/{await IssuedOnAsync(tenant, one, "2026-01-01")}/void", new { })).ShouldBe(200);

        (await RowsAsync(tenant, "month" + All)).ShouldBe(["2026-01: 1/0 110 + 20.9 = 130.9", "2026-02: 1/1 0 + 0 = 0", "2026-04: 1/0 90 + 18 = 108"]);
        (await RowsAsync(tenant, "quarter" + All)).ShouldBe(["2026-Q1: 2/1 110 + 20.9 = 130.9", "2026-Q2: 1/0 90 + 18 = 108"]);
        (await RowsAsync(tenant, "year" + All)).ShouldBe(["2026: 3/1 200 + 38.9 = 238.9"]);
        (await RowsAsync(tenant, "customer" + All, "label")).ShouldBe(["One: 1/0 110 + 20.9 = 130.9", "Two: 2/1 90 + 18 = 108"]);
        (await RowsAsync(tenant, $"year&customerId={two}" + All)).ShouldBe(["2026: 2/1 90 + 18 = 108"]);
        (await RowsAsync(tenant, "month&from=2026-01-31&to=2026-01-31")).ShouldBe(["2026-01: 1/0 110 + 20.9 = 130.9"]);
        (await RowsAsync(tenant, "month&from=2026-02-01&to=2026-02-27")).ShouldBe(["2026-02: 1/0 100 + 20 = 120"]);

        var products = (await tenant.GetAsync("/reports/revenue?groupBy=product" + All)).ShouldBe(200).Data;
        products["groups"]!.AsArray().Sum(g => (decimal)g!["net"]!).ShouldBe((decimal)products["totals"]![0]!["net"]!);
        products["groups"]![0]!["tax"].ShouldBeNull();
    }

    [Fact]
    public async Task The_vat_summary_adds_the_taxes_of_documents_up_by_category_and_rate()
    {
        var tenant = await api.TenantAsync();
        await tenant.SellsAsync();
        var buyer = await tenant.BuyerAsync();
        await IssuedOnAsync(tenant, buyer, "2026-01-31", new { lineItems = Mixed });
        var credited = await IssuedOnAsync(tenant, buyer, "2026-02-01");
        (await tenant.PostAsync($"/invoices/{credited}/credit-notes", new { })).ShouldBe(201);
        await OnAsync("2026-02-28", "credited_invoice_id", credited);
        await IssuedOnAsync(tenant, buyer, "2026-02-02", new
        {
            lineItems = new[] { new { name = "Consulting", unitPrice = new { amount = 40, currency = "EUR" }, taxCategory = "REVERSE_CHARGE", taxReason = "Article 196 of Directive 2006/112/EC" } },
        });

        var report = (await tenant.GetAsync("/reports/tax?period=month" + All)).ShouldBe(200).Data;
        report["rows"]!.AsArray().Select(r => $"{r!["period"]} {r["category"]} {Number(r["percent"])} {r["documents"]}: {Number(r["taxable"])} {Number(r["tax"])}").ShouldBe(
            ["2026-01 STANDARD 20 1: 100 20", "2026-01 STANDARD 9 1: 10 0.9", "2026-02 REVERSE_CHARGE 0 1: 40 0", "2026-02 STANDARD 20 2: 0 0"]);
        report["totals"]!.AsArray().Select(t => $"{t!["period"]} {Number(t["taxable"])} {Number(t["tax"])}").ShouldBe(["2026-01 110 20.9", "2026-02 40 0", " 150 20.9"]);
    }

    [Fact]
    public async Task Stock_is_worth_what_its_products_cost_today()
    {
        var tenant = await api.TenantAsync();
        var (warehouse, other) = (await tenant.WarehouseAsync(), await tenant.WarehouseAsync());
        var engine = (await tenant.PostAsync("/products", new { name = "Engine", sku = "E", isStocked = true, cost = new { amount = 2.5, currency = "EUR" } })).ShouldBe(201).Id;
        var card = (await tenant.PostAsync("/products", new { name = "Card", sku = "C", isStocked = true })).ShouldBe(201).Id;
        foreach (var (product, place, quantity) in ((Guid, Guid, decimal)[])[(engine, warehouse, 3), (engine, other, 0.5m), (card, warehouse, 7)])
            (await tenant.MoveStockAsync("RECEIPT", product, place, quantity)).ShouldBe(201);

        async Task<string[]> Of(string query) => [.. (await tenant.GetAsync($"/reports/stock-value?{query}")).ShouldBe(200).Data["groups"]!.AsArray()
            .Select(g => $"{g!["label"]} {g["currency"]} {g["products"]}: {Number(g["onHand"])} {(g["value"] is { } value ? Number(value) : "-")}")];
        (await Of("groupBy=product")).ShouldBe(["Card  1: 7 -", "Engine EUR 1: 3.5 8.75"]);
        (await Of($"groupBy=product&warehouseId={other}")).ShouldBe(["Engine EUR 1: 0.5 1.25"]);
        (await Of("groupBy=category")).ShouldBe([" EUR 1: 3.5 8.75", "  1: 7 -"]);
        (await Of("groupBy=warehouse")).Order().ShouldBe(["Main  1: 7 -", "Main EUR 1: 0.5 1.25", "Main EUR 1: 3 7.5"]);
        (await tenant.PatchAsync($"/products/{engine}", new { cost = new { amount = -1, currency = "EUR" } })).ShouldFail(400, "VALIDATION_FAILED");
    }

    [Theory]
    [InlineData("revenue?groupBy=month&from=2026-02-01&to=2026-01-31", "to")]
    [InlineData("revenue?groupBy=month&from=1900-01-01&to=2026-01-31", "to")]
    [InlineData("revenue?groupBy=planet", "groupBy")]
    [InlineData("revenue", "groupBy")]
    [InlineData("tax?period=week", "period")]
    [InlineData("stock-value?groupBy=colour", "groupBy")]
    public async Task What_no_report_can_be_about_is_refused(string query, string member) =>
        (await (await api.TenantAsync()).GetAsync($"/reports/{query}")).ShouldFail(400, "INVALID_QUERY").Errors.ContainsKey(member).ShouldBeTrue();

    [Fact]
    public async Task Reports_show_a_member_what_he_sees_and_another_organization_nothing()
    {
        var tenant = await api.TenantAsync();
        await tenant.SellsAsync();
        await tenant.IssuedAsync(await tenant.BuyerAsync());
        (await tenant.PatchAsync("/tenant", new { recordVisibility = "OWN" })).ShouldBe(200);
        var colleague = await tenant.MemberAsync("USER");
        foreach (var report in (string[])["revenue?groupBy=month", "revenue?groupBy=product", "tax?period=year"])
        {
            (await tenant.GetAsync($"/reports/{report}")).ShouldBe(200).Data["totals"]!.AsArray().ShouldNotBeEmpty();
            (await colleague.Client.GetAsync($"/reports/{report}")).ShouldBe(200).Data["totals"]!.AsArray().ShouldBeEmpty();
            (await (await api.TenantAsync()).GetAsync($"/reports/{report}")).ShouldBe(200).Data["totals"]!.AsArray().ShouldBeEmpty();
        }
    }

    private static string Number(JsonNode? number) => ((decimal)number!).ToString("0.####", System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<string[]> RowsAsync(ApiClient tenant, string query, string name = "key")
    {
        var data = (await tenant.GetAsync($"/reports/revenue?groupBy={query}")).ShouldBe(200).Data;
        data["groups"]!.AsArray().Sum(g => (decimal)g!["total"]!).ShouldBe(data["totals"]!.AsArray().Sum(t => (decimal)t!["total"]!));
        return [.. data["groups"]!.AsArray().Select(g => $"{g![name]}: {g["invoices"]}/{g["creditNotes"]} {Number(g["net"])} + {Number(g["tax"])} = {Number(g["total"])}")];
    }

    private async Task<Guid> IssuedOnAsync(ApiClient tenant, Guid buyer, string day, object? more = null)
    {
        var id = (await tenant.IssuedAsync(buyer, more)).Id;
        await OnAsync(day, "id", id);
        return id;
    }

    /// <summary>Moves the day of issue, which the service gives only once.</summary>
    private async Task OnAsync(string day, string column, Guid id)
    {
        await using var connection = new NpgsqlConnection(api.AdministratorOf(api.AppConnectionString));
        await connection.ExecuteAsync($"update crm.invoices set issue_date = @day where {column} = @id", new { day = DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture), id });
    }
}
