using Crm.Api.Tests.Fixture;
using Dapper;
using Npgsql;

namespace Crm.Api.Tests.Checkouts;

/// <summary>Pages of Stripe on which organizations pay for their plans, to whoever runs the service.</summary>
public sealed class ChargeCheckoutTests(CrmApi api)
{
    private static readonly object Pages = new { successUrl = "https://crm.example.com/billing" };

    [Fact]
    public async Task A_charge_is_paid_on_a_page_once_and_the_subscription_is_active_again()
    {
        var tenant = await api.TenantAsync();
        var charge = await ChargedAsync(tenant);
        var path = $"/subscription/charges/{charge}/checkouts";
        var asked = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => tenant.PostAsync(path, Pages)));
        var url = asked.Select(r => r.ShouldBe(201).Of("url")!).Distinct().ShouldHaveSingleItem();
        var session = api.Stripe.Sessions(FakeStripe.PlatformKey).Single(s => url.EndsWith((string)s["id"]!, StringComparison.Ordinal));
        ((long)session["amount_total"]!, (string)session["metadata"]!["crm_tenant"]!).ShouldBe((1_900L, tenant.Id.ToString()));

        var told = api.Stripe.Event("checkout.session.completed", api.Stripe.Pay(url));
        (await api.Anonymous.RawAsync("POST", "/hooks/stripe", told, headers: FakeStripe.Signed(told, "whsec_of_somebody_else"))).ShouldFail(400, "VALIDATION_FAILED");
        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => api.Anonymous.RawAsync("POST", "/hooks/stripe", told, headers: FakeStripe.Signed(told, FakeStripe.PlatformSecret))));
        replies.Count(r => !(bool)r.ShouldBe(200).Data["isRepeated"]!).ShouldBe(1);
        await Eventually.Async(async () => (string)(await tenant.GetAsync("/subscription/charges")).Items.ShouldHaveSingleItem()!["status"]! == "PAID", "the charge is paid");
        (await ScalarAsync<string>($"select status from crm.subscriptions where tenant_id = '{tenant.Id}'")).ShouldBe("ACTIVE");
        (await ScalarAsync<long>($"select count(*) from crm.subscription_changes where kind = 'PAID' and tenant_id = '{tenant.Id}'")).ShouldBe(1);
        (await tenant.GetAsync("/payments")).Items.ShouldBeEmpty("it is the platform's money");
        (await tenant.PostAsync(path, Pages)).ShouldFail(409, "INVALID_STATE");
    }

    [Fact]
    public async Task Only_owners_pay_and_only_what_is_theirs()
    {
        var (tenant, other) = (await api.TenantAsync(), await api.TenantAsync());
        var path = $"/subscription/charges/{await ChargedAsync(tenant)}/checkouts";
        (await other.PostAsync(path, Pages)).ShouldFail(404, "NOT_FOUND");
        (await (await tenant.MemberAsync("ADMIN")).Client.PostAsync(path, Pages)).ShouldFail(403, "FORBIDDEN");
        (await tenant.PostAsync($"/subscription/charges/{Guid.CreateVersion7()}/checkouts", Pages)).ShouldFail(404, "NOT_FOUND");
        (await tenant.PostAsync(path, new { successUrl = "ftp://example.com" })).ShouldFail(400, "VALIDATION_FAILED");
        (await tenant.PostAsync(path, new { })).ShouldFail(400, "VALIDATION_FAILED");
    }

    /// <summary>Lets a charge of 19 EUR be past due.</summary>
    private async Task<Guid> ChargedAsync(TenantClient tenant)
    {
        const string sql = """
            insert into crm.subscriptions (tenant_id, plan, billing_interval, status, price_amount, price_currency, period_start, period_end, anchor_at, past_due_since)
            values (@TenantId, 'STARTER', 'MONTH', 'PAST_DUE', 19, 'EUR', now() - interval '20 days', now() + interval '10 days', now() - interval '20 days', now());
            insert into crm.subscription_charges (tenant_id, id, plan, billing_interval, kind, total_amount, total_currency, period_start, period_end, status, due_at, created_at)
            values (@TenantId, @Id, 'STARTER', 'MONTH', 'PERIOD', 19, 'EUR', now() - interval '20 days', now() + interval '10 days', 'DUE', now() - interval '6 days', now() - interval '20 days')
            """;
        var id = Guid.CreateVersion7();
        await using var connection = new NpgsqlConnection(api.AppConnectionString);
        await connection.ExecuteAsync(sql, new { TenantId = tenant.Id, Id = id });
        return id;
    }

    private Task<T?> ScalarAsync<T>(string sql) => Recovery.RebuildFixture.ScalarAsync<T>(api.AppConnectionString, sql);
}
