using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Parties;

public sealed class DerivedFiguresTests(CrmApi api)
{
    [Fact]
    public async Task Won_deals_add_up_in_the_tenants_currency_only()
    {
        var tenant = await api.TenantAsync();
        var customer = await tenant.CustomerAsync();
        var (won, lost) = (await StageAsync(tenant, "WON"), await StageAsync(tenant, "LOST"));
        var deal = await DealAsync(tenant, customer, 10_000, won);
        await DealAsync(tenant, customer, 2_500.50m, won);
        await DealAsync(tenant, customer, 700, won, "USD");
        await DealAsync(tenant, customer, 5_000);
        await DealAsync(tenant, customer, 5_000, lost);
        var version = (await tenant.GetAsync($"/customers/{customer}")).Header("ETag");

        (await WonAsync(tenant, customer)).ShouldBe("""{"amount":12500.50,"currency":"EUR"}""");
        var insight = await tenant.InsightAsync(customer);
        insight["value"]!.ToJsonString().ShouldBe("""{"amount":12500.50,"currency":"EUR"}""");
        insight["otherValues"]!.ToJsonString().ShouldBe("""[{"amount":700.00,"currency":"USD"}]""");
        ((int)insight["openDeals"]!, (int)insight["engagementScore"]!).ShouldBe((1, 15));

        (await tenant.PatchAsync($"/deals/{deal}", new { value = new { amount = 1, currency = "EUR" } })).ShouldBe(200);
        (await WonAsync(tenant, customer)).ShouldBe("""{"amount":2501.50,"currency":"EUR"}""");
        (await tenant.PutAsync($"/deals/{deal}/stage", new { stageId = lost })).ShouldBe(200);
        (await WonAsync(tenant, customer)).ShouldBe("""{"amount":2500.50,"currency":"EUR"}""");
        (await tenant.PutAsync($"/deals/{deal}/stage", new { stageId = won })).ShouldBe(200);
        (await tenant.DeleteAsync($"/deals/{deal}")).ShouldBe(204);
        (await WonAsync(tenant, customer)).ShouldBe("""{"amount":2500.50,"currency":"EUR"}""");
        (await tenant.PostAsync($"/deals/{deal}/restore")).ShouldBe(200);
        (await WonAsync(tenant, customer)).ShouldBe("""{"amount":2501.50,"currency":"EUR"}""");
        (await tenant.GetAsync($"/customers/{customer}")).Header("ETag").ShouldBe(version);
    }

    [Fact]
    public async Task Another_currency_of_the_tenant_counts_anew()
    {
        var tenant = await api.TenantAsync();
        var customer = await tenant.CustomerAsync();
        var won = await StageAsync(tenant, "WON");
        await DealAsync(tenant, customer, 100, won);
        await DealAsync(tenant, customer, 7, won, "USD");
        (await tenant.PatchAsync("/tenant", new { currency = "USD" })).ShouldBe(200);
        (await WonAsync(tenant, customer)).ShouldBe("""{"amount":7.00,"currency":"USD"}""");
    }

    [Fact]
    public async Task Valuable_customers_are_found_by_what_they_bought()
    {
        var tenant = await api.TenantAsync();
        var won = await StageAsync(tenant, "WON");
        foreach (var (name, value) in new[] { ("Small", 9_999.99m), ("Just", 10_000m), ("Big", 60_000m) })
            await DealAsync(tenant, await tenant.CustomerAsync(name), value, won);
        await tenant.CustomerAsync("None");
        (await tenant.GetAsync("/customers?wonValue[gte]=10000&sort=-wonValue")).ShouldBe(200).Names().ShouldBe(["Big", "Just"]);
    }

    [Fact]
    public async Task A_deal_takes_its_value_and_its_activities_to_its_new_customer()
    {
        var tenant = await api.TenantAsync();
        var (left, joined) = (await tenant.CustomerAsync("Left"), await tenant.CustomerAsync("Joined"));
        var deal = await DealAsync(tenant, left, 100, await StageAsync(tenant, "WON"));
        await tenant.ActivityAsync(new { dealId = deal });
        (await tenant.PatchAsync($"/deals/{deal}", new { customerId = joined })).ShouldBe(200);
        foreach (var (customer, amount, contacted) in new[] { (left, 0m, false), (joined, 100m, true) })
        {
            var data = (await tenant.GetAsync($"/customers/{customer}")).Data;
            ((decimal)data["wonValue"]!["amount"]!, data["lastContactDate"] is not null).ShouldBe((amount, contacted));
        }
    }

    [Fact]
    public async Task Deals_and_activities_of_one_customer_at_once_lose_nothing_and_refuse_nothing()
    {
        var tenant = await api.TenantAsync();
        var customer = await tenant.CustomerAsync();
        var won = await StageAsync(tenant, "WON");
        var replies = await Task.WhenAll(Enumerable.Range(0, 16).SelectMany(i => new[]
        {
            tenant.PostAsync("/deals", new { title = $"Deal {i}", customerId = customer, stageId = won, value = new { amount = 10, currency = "EUR" } }),
            tenant.PostAsync("/activities", new { type = "CALL", subject = $"Call {i}", customerId = customer }),
        }));
        foreach (var reply in replies) reply.ShouldBe(201);
        (await WonAsync(tenant, customer)).ShouldBe("""{"amount":160.00,"currency":"EUR"}""");
    }

    [Fact]
    public async Task A_total_may_exceed_what_one_amount_may_be()
    {
        var tenant = await api.TenantAsync();
        var customer = await tenant.CustomerAsync();
        var won = await StageAsync(tenant, "WON");
        for (var i = 0; i < 2; i++) await DealAsync(tenant, customer, 9_999_999_999_999.99m, won);
        (await WonAsync(tenant, customer)).ShouldBe("""{"amount":19999999999999.98,"currency":"EUR"}""");
        (await tenant.InsightAsync(customer))["value"]!.ToJsonString().ShouldBe("""{"amount":19999999999999.98,"currency":"EUR"}""");
    }

    [Fact]
    public async Task Customers_and_companies_that_deals_use_stay()
    {
        var tenant = await api.TenantAsync();
        var (customer, company) = (await tenant.CustomerAsync(), (await tenant.PostAsync("/companies", new { name = "Works" })).ShouldBe(201).Id);
        var deal = (await tenant.PostAsync("/deals", new { title = "Engine", customerId = customer, companyId = company })).ShouldBe(201).Id;
        (await tenant.DeleteAsync($"/customers/{customer}")).ShouldFail(409, "INVALID_STATE");
        (await tenant.DeleteAsync($"/companies/{company}")).ShouldFail(409, "INVALID_STATE");
        (await tenant.DeleteAsync($"/deals/{deal}")).ShouldBe(204);
        (await tenant.DeleteAsync($"/customers/{customer}")).ShouldBe(204);
        (await tenant.DeleteAsync($"/companies/{company}")).ShouldBe(204);
        (await tenant.GetAsync($"/tasks?customerId={customer}")).Items.ShouldBeEmpty();
        (await tenant.PostAsync($"/customers/{customer}/restore")).ShouldBe(200);
        (await tenant.GetAsync($"/tasks?customerId={customer}")).Items.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Giving_a_contact_and_its_customer_away_at_once_is_allowed_under_own_visibility()
    {
        var tenant = await api.TenantAsync();
        (await tenant.PatchAsync("/tenant", new { recordVisibility = "OWN" })).ShouldBe(200);
        var (seller, _) = await tenant.MemberAsync();
        var customer = await seller.CustomerAsync();
        var contact = (await seller.PostAsync("/contacts", new { lastName = "Byron" })).ShouldBe(201).Id;
        await seller.ActivityAsync(new { contactId = contact });
        (await seller.PatchAsync($"/contacts/{contact}", new { customerId = customer, ownerId = tenant.UserId })).ShouldBe(200);
        (await tenant.GetAsync($"/customers/{customer}")).Data["lastContactDate"].ShouldNotBeNull();
    }

    private static async Task<Guid> StageAsync(TenantClient tenant, string kind) => (Guid)(await tenant.GetAsync("/pipelines")).ShouldBe(200).Items[0]!["stages"]!.AsArray().First(s => (string?)s!["kind"] == kind)!["id"]!;

    private static async Task<Guid> DealAsync(TenantClient tenant, Guid customer, decimal value, Guid? stage = null, string currency = "EUR") =>
        (await tenant.PostAsync("/deals", new { title = "Engine", customerId = customer, stageId = stage, value = new { amount = value, currency } })).ShouldBe(201).Id;

    private static async Task<string> WonAsync(TenantClient tenant, Guid customer) => (await tenant.GetAsync($"/customers/{customer}")).ShouldBe(200).Data["wonValue"]!.ToJsonString();
}
