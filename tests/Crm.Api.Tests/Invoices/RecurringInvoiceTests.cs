using System.Text.Json;
using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Notifications;
using Dapper;

namespace Crm.Api.Tests.Invoices;

public sealed class RecurringInvoiceTests(CrmApi api)
{
    private static readonly DateTimeOffset First = new(2090, 1, 31, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Each_period_is_made_issued_and_sent_once_by_however_many()
    {
        var tenant = await api.TenantAsync();
        await tenant.SellsAsync();
        var made = (await RecurringAsync(tenant, await tenant.BuyerAsync(), new { autoIssue = true, autoSend = true, occurrences = 4 })).ShouldBe(201);
        (made.Of("status"), made.Of("nextOn"), made.Sums()).ShouldBe(("ACTIVE", "2090-01-31", "100.00 + 20.00 = 120.00"));
        (await TurnAsync(tenant, First.AddDays(-1))).ShouldBeTrue();
        (await tenant.GetAsync("/invoices")).Items.ShouldBeEmpty();
        (await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => TurnAsync(tenant, First)))).Count(taken => taken).ShouldBe(1);
        (await tenant.GetAsync("/invoices")).Items.ShouldHaveSingleItem()!["sentAt"].ShouldNotBeNull();
        // The service was away for two months.
        (await TurnAsync(tenant, First.AddDays(60))).ShouldBeTrue();
        var invoices = (await tenant.GetAsync($"/recurring-invoices/{made.Id}/invoices")).ShouldBe(200).Items;
        invoices.Select(i => $"{i!["period"]} {i["status"]} {i["number"]!.ToString()[^6..]}").ShouldBe(["3 SENT 000003", "2 SENT 000002", "1 SENT 000001"]);
        (await tenant.GetAsync($"/invoices?recurringInvoiceId={made.Id}")).Items.Count.ShouldBe(3);
        (await tenant.GetAsync($"/recurring-invoices/{made.Id}")).Of("nextOn").ShouldBe("2090-04-30");
        (await TurnAsync(tenant, First.AddDays(400))).ShouldBeTrue();
        var ended = (await tenant.GetAsync($"/recurring-invoices/{made.Id}")).ShouldBe(200);
        (ended.Of("status"), ended.Data["nextOn"], (int)ended.Data["invoiceCount"]!).ShouldBe(("ENDED", null, 4));
        (await tenant.PostAsync($"/recurring-invoices/{made.Id}/pause")).ShouldFail(409, "INVALID_STATE");
    }

    [Fact]
    public async Task Many_are_made_in_pieces_so_that_nobody_waits_for_all_of_their_numbers()
    {
        var tenant = await api.TenantAsync();
        await tenant.SellsAsync();
        var buyer = await tenant.BuyerAsync();
        for (var i = 0; i < 3; i++) (await RecurringAsync(tenant, buyer, new { autoIssue = true, interval = "WEEK", occurrences = 21 })).ShouldBe(201);
        (await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => TurnAsync(tenant, First.AddDays(150))))).ShouldContain(true);
        (await TurnAsync(tenant, First.AddDays(150))).ShouldBeFalse("it has had its turn");
        var made = (await tenant.GetAsync("/invoices?take=200&sort=number")).ShouldBe(200).Items;
        made.Select(i => (string)i!["number"]!).ShouldBe(Enumerable.Range(1, 63).Select(n => $"{((string)made[0]!["number"]!)[..^6]}{n:000000}"));
        await using var connection = await api.TenantConnectionAsync(tenant.Id);
        (await connection.QuerySingleAsync<int>("select max(n)::int from (select count(*) as n from crm.events where type = 'invoice.issued' group by epoch, xid) as transactions")).ShouldBeLessThanOrEqualTo(20);
    }

    [Fact]
    public async Task What_cannot_be_issued_stays_a_draft_its_owner_is_told_and_the_others_are_made()
    {
        var tenant = await api.TenantAsync();
        await tenant.SellsAsync();
        var nowhere = (await tenant.PostAsync("/customers", new { name = "No country" })).ShouldBe(201).Id;
        var failing = (await RecurringAsync(tenant, nowhere, new { autoIssue = true })).ShouldBe(201).Id;
        var silent = (await tenant.PostAsync("/customers", new { name = "No address", country = "DE" })).ShouldBe(201).Id;
        var unsent = (await RecurringAsync(tenant, silent, new { autoIssue = true, autoSend = true })).ShouldBe(201).Id;
        var good = (await RecurringAsync(tenant, await tenant.BuyerAsync(), new { autoIssue = true })).ShouldBe(201).Id;
        (await TurnAsync(tenant, First)).ShouldBeTrue();
        (await InvoiceAsync(tenant, failing)).ShouldBe("DRAFT");
        (await InvoiceAsync(tenant, unsent)).ShouldBe("SENT");
        (await InvoiceAsync(tenant, good)).ShouldBe("SENT");
        (await tenant.GetAsync($"/recurring-invoices/{failing}")).Of("failure")!.ShouldContain("customer.country");
        (await tenant.GetAsync($"/recurring-invoices/{good}")).Data["failure"].ShouldBeNull();
        (await tenant.ToldAsync(2, "&kind=RECURRING_INVOICE_FAILED")).Select(n => (string)n["title"]!).Order().ShouldBe(["No address", "No country"]);
        (await tenant.PatchAsync($"/customers/{nowhere}", new { country = "DE" })).ShouldBe(200);
        (await TurnAsync(tenant, First.AddDays(28))).ShouldBeTrue();
        (await tenant.GetAsync($"/recurring-invoices/{failing}")).Data["failure"].ShouldBeNull("the next one is as it should be");
    }

    [Fact]
    public async Task It_keeps_its_prices_and_is_paused_and_resumed()
    {
        var (tenant, product, _) = await api.ShopAsync(1);
        (await tenant.PatchAsync($"/products/{product}", new { price = new { amount = 50, currency = "EUR" } })).ShouldBe(200);
        var made = (await RecurringAsync(tenant, await tenant.BuyerAsync(), new { lineItems = new[] { new { productId = product } } })).ShouldBe(201);
        (await tenant.PatchAsync($"/products/{product}", new { price = new { amount = 80, currency = "EUR" } })).ShouldBe(200);
        (await TurnAsync(tenant, First)).ShouldBeTrue();
        (await tenant.GetAsync("/invoices")).Items.ShouldHaveSingleItem()!["total"]!["amount"]!.ToJsonString().ShouldBe("60.00");
        (await tenant.PatchAsync($"/recurring-invoices/{made.Id}", new { interval = "WEEK" })).ShouldFail(409, "INVALID_STATE");
        (await tenant.PatchAsync($"/recurring-invoices/{made.Id}", new { notes = "From now on" })).ShouldBe(200);
        (await tenant.PostAsync($"/recurring-invoices/{made.Id}/pause")).ShouldBe(200).Data["nextOn"].ShouldBeNull();
        (await tenant.PostAsync($"/recurring-invoices/{made.Id}/pause")).ShouldFail(409, "INVALID_STATE");
        (await TurnAsync(tenant, First.AddDays(28))).ShouldBeTrue();
        (await tenant.GetAsync("/invoices")).Items.ShouldHaveSingleItem();
        (await tenant.PostAsync($"/recurring-invoices/{made.Id}/resume")).ShouldBe(200).Of("nextOn").ShouldBe("2090-02-28", "nothing fell into the pause yet");
        (await tenant.PostAsync($"/recurring-invoices/{made.Id}/end")).ShouldBe(200).Of("status").ShouldBe("ENDED");
        (await tenant.PostAsync($"/recurring-invoices/{made.Id}/resume")).ShouldFail(409, "INVALID_STATE");
        (await tenant.DeleteAsync($"/recurring-invoices/{made.Id}")).ShouldBe(204);
    }

    [Theory]
    [InlineData("""{"every": 0}""", 400)]
    [InlineData("""{"every": 2147483648}""", 400)]
    [InlineData("""{"occurrences": 0}""", 400)]
    [InlineData("""{"interval": "DAY"}""", 400)]
    [InlineData("""{"autoSend": true}""", 400)]
    [InlineData("""{"endsOn": "2089-12-31"}""", 400)]
    [InlineData("""{"lineItems": []}""", 400)]
    [InlineData("""{"startsOn": "2020-01-31"}""", 422)]
    public async Task What_cannot_be_is_refused(string more, int status)
    {
        var tenant = await api.TenantAsync();
        (await RecurringAsync(tenant, await tenant.BuyerAsync(), JsonNode.Parse(more))).Status.ShouldBe(status);
    }

    [Fact]
    public async Task Who_may_not_issue_lets_nobody_issue_and_another_tenant_finds_nothing()
    {
        var (tenant, other) = (await api.TenantAsync(), await api.TenantAsync());
        var (member, _) = await tenant.MemberAsync("USER");
        var buyer = await tenant.BuyerAsync();
        (await RecurringAsync(member, buyer, new { autoIssue = true })).ShouldFail(403, "FORBIDDEN");
        var made = (await RecurringAsync(member, buyer, new { })).ShouldBe(201).Id;
        (await member.PatchAsync($"/recurring-invoices/{made}", new { autoIssue = true })).ShouldFail(403, "FORBIDDEN");
        foreach (var act in (string[])["pause", "resume", "end"]) (await other.PostAsync($"/recurring-invoices/{made}/{act}")).ShouldFail(404, "NOT_FOUND");
        (await other.GetAsync($"/recurring-invoices/{made}/invoices")).ShouldFail(404, "NOT_FOUND");
        (await tenant.DeleteAsync($"/customers/{buyer}")).ShouldFail(409, "INVALID_STATE");
    }

    private Task<bool> TurnAsync(TenantClient tenant, DateTimeOffset due) => api.TurnAsync("invoices.recurring", tenant.Id, due);

    private static async Task<string> InvoiceAsync(TenantClient tenant, Guid recurring) =>
        (string)(await tenant.GetAsync($"/recurring-invoices/{recurring}/invoices")).ShouldBe(200).Items.ShouldHaveSingleItem()!["status"]!;

    private static Task<Reply> RecurringAsync(ApiClient client, Guid customer, object? more)
    {
        var body = JsonSerializer.SerializeToNode(more ?? new { })!.AsObject();
        body["customerId"] = customer;
        if (!body.ContainsKey("startsOn")) body["startsOn"] = "2090-01-31";
        if (!body.ContainsKey("lineItems")) body["lineItems"] = new JsonArray(JsonSerializer.SerializeToNode(InvoiceIntents.Line));
        return client.PostAsync("/recurring-invoices", body);
    }
}
