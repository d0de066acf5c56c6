using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Operations;
using Crm.Infrastructure.Rebuilding;
using Crm.Infrastructure.Verification;
using Dapper;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Crm.Api.Tests.Subscriptions;

/// <summary>What plans limit is limited exactly, whichever way it comes, and nothing is where plans are off.</summary>
public sealed class PlanLimitTests(CrmApi api) : IAsyncLifetime
{
    private readonly ConfiguredApi _limited = new(api, ("Plans:Enabled", "true"));

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _limited.DisposeAsync();

    [Fact]
    public async Task Of_64_at_once_with_10_left_exactly_10_get_through()
    {
        var tenant = await OnFreeAsync("leads", 990);
        var replies = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => tenant.PostAsync("/leads", new { name = $"Lead {i}" })));
        replies.Count(r => r.Status == 201).ShouldBe(10);
        var refused = replies.Where(r => r.Status != 201).ToList();
        refused.Count.ShouldBe(54);
        foreach (var reply in refused) reply.ShouldFail(402, "PLAN_LIMIT_REACHED");
        ((string?)refused[0].Json["limitName"], (int)refused[0].Json["used"]!, (int)refused[0].Json["limit"]!).ShouldBe(("leads", 1000, 1000));
        (await tenant.GetAsync("/leads?count=exact")).ShouldBe(200).Meta["total"]!.GetValue<int>().ShouldBe(10);
    }

    [Fact]
    public async Task In_a_batch_what_is_beyond_is_refused_by_itself_or_all_of_it()
    {
        var tenant = await OnFreeAsync("contacts", 997);
        object Batch(int count, bool atomic) => new { atomic, operations = Enumerable.Range(0, count).Select(i => new { op = "create", data = new { lastName = $"Contact {i}" } }) };
        (await tenant.PostAsync("/contacts/batch", Batch(5, true))).ShouldFail(402, "PLAN_LIMIT_REACHED");
        (await UsedAsync(tenant, "contacts")).ShouldBe(997);
        var items = (await tenant.PostAsync("/contacts/batch", Batch(5, false))).ShouldBe(200).Items;
        items.Select(i => (int)i!["status"]!).ShouldBe([201, 201, 201, 402, 402]);
        ((string?)items[3]!["error"]!["code"]).ShouldBe("PLAN_LIMIT_REACHED");
        (await tenant.GetAsync("/contacts?count=exact")).ShouldBe(200).Meta["total"]!.GetValue<int>().ShouldBe(3);
        (await UsedAsync(tenant, "contacts")).ShouldBe(1000);
    }

    [Fact]
    public async Task Deleting_gives_back_and_restoring_takes_again()
    {
        var tenant = await OnFreeAsync("leads", 999);
        var first = await tenant.LeadAsync();
        (await tenant.DeleteAsync($"/leads/{first}")).ShouldBe(204);
        (await UsedAsync(tenant, "leads")).ShouldBe(999);
        var second = await tenant.LeadAsync();
        (await tenant.PostAsync($"/leads/{first}/restore")).ShouldFail(402, "PLAN_LIMIT_REACHED");
        (await tenant.PatchAsync($"/leads/{second}", new { name = "Changed" })).ShouldBe(200);
        (await tenant.DeleteAsync($"/leads/{second}")).ShouldBe(204);
        (await tenant.PostAsync($"/leads/{first}/restore")).ShouldBe(200);
        (await UsedAsync(tenant, "leads")).ShouldBe(1000);
    }

    [Fact]
    public async Task A_lead_is_not_converted_where_there_is_no_room_for_what_comes_of_it()
    {
        var tenant = await OnFreeAsync("deals", 1000);
        var lead = await tenant.LeadAsync();
        (await tenant.PostAsync($"/leads/{lead}/convert", new { createDeal = true })).ShouldFail(402, "PLAN_LIMIT_REACHED").Json["limitName"]!.ToString().ShouldBe("deals");
        (await tenant.GetAsync($"/leads/{lead}")).Of("status").ShouldBe("NEW");
        (await tenant.GetAsync("/customers")).Items.ShouldBeEmpty();
        (await tenant.PostAsync($"/leads/{lead}/convert", new { createDeal = false })).ShouldBe(200);
    }

    [Fact]
    public async Task Users_are_counted_while_they_are_active_and_invitations_need_room()
    {
        var tenant = await RegisterAsync();
        var (_, second) = await tenant.MemberAsync();
        await tenant.MemberAsync();
        object Third() => new { fullName = "One more", email = $"{Guid.NewGuid():N}@example.com", password = "Str0ng-pass-of-the-third", role = "USER" };
        (await tenant.PostAsync("/team/members", Third())).ShouldFail(402, "PLAN_LIMIT_REACHED").Json["limitName"]!.ToString().ShouldBe("users");
        (await tenant.PostAsync("/team/invitations", new { email = $"{Guid.NewGuid():N}@example.com", role = "USER" })).ShouldFail(402, "PLAN_LIMIT_REACHED");
        await tenant.ServiceUserAsync();
        (await tenant.PatchAsync($"/team/members/{second}", new { isActive = false })).ShouldBe(200);
        (await tenant.PostAsync("/team/members", Third())).ShouldBe(201);
        (await tenant.PatchAsync($"/team/members/{second}", new { isActive = true })).ShouldFail(402, "PLAN_LIMIT_REACHED");
        (await UsedAsync(tenant, "users")).ShouldBe(3);
    }

    [Fact]
    public async Task An_invitation_is_not_accepted_where_there_is_no_room_any_more_and_is_once_there_is()
    {
        var tenant = await RegisterAsync();
        await tenant.MemberAsync();
        var email = $"{Guid.NewGuid():N}@example.com";
        var (invitation, token) = await api.InvitedAsync(tenant, email, new { fullName = "Grace Invited" });
        var (_, last) = await tenant.MemberAsync();
        Task<Reply> Accept() => _limited.Anonymous.PostAsync("/auth/accept-invitation", new { token, password = "Str0ng-pass-of-the-invited" });
        foreach (var refused in await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Accept()))) refused.ShouldFail(402, "PLAN_LIMIT_REACHED").Json["limitName"]!.ToString().ShouldBe("users");
        (await tenant.GetAsync($"/team/invitations/{invitation.Id}")).ShouldBe(200).Of("status").ShouldBe("PENDING");
        (await tenant.GetAsync("/team/members?count=exact")).Meta["total"]!.GetValue<int>().ShouldBe(3);
        (await UsedAsync(tenant, "users")).ShouldBe(3);
        (await _limited.Anonymous.PostAsync("/auth/login", new { email, password = "Str0ng-pass-of-the-invited" })).ShouldFail(401, "INVALID_CREDENTIALS");

        (await tenant.PatchAsync($"/team/members/{last}", new { isActive = false })).ShouldBe(200);

        (await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Accept()))).Count(r => r.Status is 200 or 201).ShouldBe(1);
        (await UsedAsync(tenant, "users")).ShouldBe(3);
    }

    [Fact]
    public async Task E_mails_are_counted_by_the_month_and_a_welcome_is_left_out_rather_than_refused()
    {
        var tenant = await OnFreeAsync("emails", 99);
        await tenant.SellsAsync();
        var invoice = await tenant.IssuedAsync(await tenant.BuyerAsync());
        (await UsedAsync(tenant, "emails")).ShouldBe(100, "the welcome was the last");
        (await tenant.PostAsync($"/invoices/{invoice.Id}/send")).ShouldFail(402, "PLAN_LIMIT_REACHED").Json["limitName"]!.ToString().ShouldBe("emails");
        await tenant.BuyerAsync();
        (await UsedAsync(tenant, "emails")).ShouldBe(100);
    }

    [Fact]
    public async Task Requests_are_limited_for_all_of_an_organization_by_its_plan()
    {
        await using var limited = new ConfiguredApi(api, ("Plans:Enabled", "true"), ("RateLimiting:Enabled", "true"));
        var (tenant, platform) = (await limited.Anonymous.RegisterAsync(), limited.Anonymous.AsPlatform());
        (await tenant.GetAsync("/leads")).ShouldBe(200).Header("RateLimit-Limit").ShouldBe("600", "what FREE allows");
        (await platform.PutAsync($"/platform/tenants/{tenant.Id}/plan", new { plan = "STARTER" })).ShouldBe(200);
        await Eventually.Async(async () => (await tenant.GetAsync("/leads")).Header("RateLimit-Limit") == "1800", "the new plan's limit holds");
        var program = (await tenant.KeyAsync(["leads.read"])).Program;
        var left = int.Parse((await tenant.GetAsync("/leads")).Header("RateLimit-Remaining"), System.Globalization.CultureInfo.InvariantCulture);
        int.Parse((await program.GetAsync("/leads")).Header("RateLimit-Remaining"), System.Globalization.CultureInfo.InvariantCulture).ShouldBeOneOf([left - 1, .. Enumerable.Range(1790, 10)]);
    }

    [Fact]
    public async Task Where_plans_are_off_nothing_is_limited_or_counted()
    {
        var tenant = await api.TenantAsync();
        await tenant.LeadAsync();
        (await tenant.GetAsync("/subscription")).ShouldBe(200).Data["enabled"]!.GetValue<bool>().ShouldBeFalse();
        (await tenant.PostAsync("/subscription/change", new { plan = "STARTER" })).ShouldFail(409, "INVALID_STATE");
        var usage = (await tenant.GetAsync("/subscription/usage")).ShouldBe(200).Items;
        usage.ShouldAllBe(u => u!["limit"] == null);
        ((int)usage.Single(u => (string?)u!["name"] == "leads")!["used"]!).ShouldBe(1);
        await using var connection = await api.TenantConnectionAsync(tenant.Id);
        (await connection.QuerySingleAsync<int>("select count(*)::int from crm_read.plan_usage")).ShouldBe(0);
    }

    [Fact]
    public async Task What_was_there_before_plans_were_is_counted_at_the_first_time()
    {
        var tenant = await api.TenantAsync();
        for (var i = 0; i < 3; i++) await tenant.LeadAsync();
        var limited = _limited.Anonymous.As(tenant.Token);
        ((int)(await limited.GetAsync("/subscription/usage")).Items.Single(u => (string?)u!["name"] == "leads")!["used"]!).ShouldBe(3);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => limited.LeadAsync()));
        (await UsedAsync(tenant, "leads")).ShouldBe(11);
    }

    [Fact]
    public async Task What_is_counted_wrong_is_found_and_mended()
    {
        var database = await api.NewDatabaseAsync();
        await using var limited = new ConfiguredApi(api, ("ConnectionStrings:Crm", database), ("Plans:Enabled", "true"), ("Logging:LogLevel:Default", "None"));
        var tenant = await limited.Anonymous.RegisterAsync();
        await tenant.LeadAsync();
        (await WrongAsync(database)).ShouldBeEmpty();
        await using (var connection = new NpgsqlConnection(api.AdministratorOf(database)))
            await connection.ExecuteAsync("update crm.plan_usage set used = used + 7 where name in ('leads', 'users')");
        (await WrongAsync(database)).ShouldContain(line => line.Contains($"leads: 8 kept, 1 there of tenant {tenant.Id}"));
        var mended = new List<string>();
        await Rebuilder.RunAsync(database, null, true, mended.Add, TestContext.Current.CancellationToken);
        mended.ShouldContain(line => line.StartsWith("mended  the uses of plans: 2", StringComparison.Ordinal));
        (await WrongAsync(database)).ShouldBeEmpty();
    }

    private static async Task<IReadOnlyList<string>> WrongAsync(string database)
    {
        var lines = new List<string>();
        await Verifier.RunAsync(database, new ConfigurationBuilder().AddInMemoryCollection([new("Plans:Enabled", "true")]).Build(), lines.Add, TestContext.Current.CancellationToken);
        var at = lines.FindIndex(line => line.Contains("plans count the records there are", StringComparison.Ordinal));
        at.ShouldBeGreaterThanOrEqualTo(0);
        return lines[at].StartsWith("WRONG", StringComparison.Ordinal) ? [.. lines.Skip(at)] : [];
    }

    private Task<TenantClient> RegisterAsync() => _limited.Anonymous.RegisterAsync();

    /// <summary>A tenant on FREE that has used so much already.</summary>
    private async Task<TenantClient> OnFreeAsync(string name, int used)
    {
        var tenant = await RegisterAsync();
        await using var connection = await api.TenantConnectionAsync(tenant.Id);
        var day = name == "emails" ? "date_trunc('month', now() at time zone 'UTC')::date" : "date '1970-01-01'";
        await connection.ExecuteAsync($"insert into crm.plan_usage (tenant_id, name, period, used) values (@Id, @name, {day}, @used)", new { tenant.Id, name, used });
        return tenant;
    }

    private async Task<long> UsedAsync(TenantClient tenant, string name)
    {
        await using var connection = await api.TenantConnectionAsync(tenant.Id);
        return await connection.QuerySingleAsync<long>("select used from crm_read.plan_usage where tenant_id = @Id and name = @name", new { tenant.Id, name });
    }
}
