using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Operations;
using Crm.Application.Schedules;
using Crm.Infrastructure.Subscriptions;
using Dapper;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Api.Tests.Subscriptions;

/// <summary>What an organization agrees with whoever runs the service, over its life.</summary>
public sealed class SubscriptionTests(CrmApi api) : IAsyncLifetime
{
    private readonly ConfiguredApi _limited = new(api, ("Plans:Enabled", "true"));

    private SubscriptionLife Life => new(api, _limited);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _limited.DisposeAsync();

    [Fact]
    public async Task A_trial_becomes_a_plan_that_is_paid_for()
    {
        var tenant = await _limited.Anonymous.RegisterAsync();
        var free = (await tenant.GetAsync("/subscription")).ShouldBe(200);
        (free.Of("plan"), free.Of("status"), free.Data["periodEnd"]).ShouldBe(("FREE", "ACTIVE", null));
        (await tenant.GetAsync("/subscription/proration?plan=STARTER")).ShouldBe(200).Data["isTrial"]!.GetValue<bool>().ShouldBeTrue();
        var trial = (await tenant.PostAsync("/subscription/change", new { plan = "STARTER" })).ShouldBe(200);
        (trial.Of("plan"), trial.Of("status")).ShouldBe(("STARTER", "TRIALING"));
        (await tenant.GetAsync("/subscription/charges")).ShouldBe(200).Items.ShouldBeEmpty();

        await Life.PassAsync(tenant, TimeSpan.FromDays(14));

        (await tenant.GetAsync("/subscription")).Of("status").ShouldBe("ACTIVE");
        var charge = (await tenant.GetAsync("/subscription/charges?status=DUE")).ShouldBe(200).Items.ShouldHaveSingleItem()!;
        ((decimal)charge["amount"]!["amount"]!, (string?)charge["kind"], (string?)charge["plan"]).ShouldBe((19m, "PERIOD", "STARTER"));
        (await SubscriptionLife.HistoryAsync(tenant)).ShouldBe(["STARTED", "TRIAL_STARTED"], ignoreOrder: true);
    }

    [Fact]
    public async Task An_upgrade_costs_what_the_preview_says_and_happens_once()
    {
        var tenant = await Life.OnStarterAsync();
        await Life.PassAsync(tenant, TimeSpan.FromDays(10));
        var quote = (await tenant.GetAsync("/subscription/proration?plan=PROFESSIONAL")).ShouldBe(200);
        decimal Of(string member) => (decimal)quote.Data[member]!["amount"]!;
        Of("due").ShouldBe(Of("charge") - Of("credit"));
        var (start, end) = (DateTimeOffset.Parse((await tenant.GetAsync("/subscription")).Of("periodStart")!, null), DateTimeOffset.Parse(quote.Of("periodEnd")!, null));
        var rest = (decimal)((end - start - TimeSpan.FromDays(10)) / (end - start));
        Of("credit").ShouldBe(19 * rest, 0.01m);
        Of("charge").ShouldBe(49 * rest, 0.01m);

        var replies = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => tenant.PostAsync("/subscription/change", new { plan = "PROFESSIONAL" })));

        replies.Count(r => r.Status == 200).ShouldBe(1);
        replies.Where(r => r.Status != 200).ShouldAllBe(r => r.Code == "INVALID_STATE");
        var charge = (await tenant.GetAsync("/subscription/charges")).Items.Single(c => (string?)c!["kind"] == "PRORATION")!;
        ((decimal)charge["amount"]!["amount"]!).ShouldBe(Of("due"), 0.01m);
        (await SubscriptionLife.HistoryAsync(tenant)).ShouldBe(["UPGRADED", "STARTED", "TRIAL_STARTED"], ignoreOrder: true);
        (await tenant.GetAsync("/subscription/proration?plan=PROFESSIONAL")).ShouldFail(400, "INVALID_QUERY");
    }

    [Fact]
    public async Task A_smaller_plan_waits_for_the_end_of_the_period_and_says_what_it_will_not_hold()
    {
        var tenant = await Life.OnStarterAsync();
        await using (var connection = await api.TenantConnectionAsync(tenant.Id))
            await connection.ExecuteAsync("insert into crm.plan_usage (tenant_id, name, period, used) values (@Id, 'leads', date '1970-01-01', 5000)", new { tenant.Id });
        var asked = (await tenant.PostAsync("/subscription/change", new { plan = "FREE" })).ShouldBe(200);
        (asked.Of("plan"), asked.Of("nextPlan")).ShouldBe(("STARTER", "FREE"));
        var exceeded = asked.Data["exceeded"]!.AsArray().ShouldHaveSingleItem()!;
        ((string?)exceeded["name"], (int)exceeded["used"]!, (int)exceeded["limit"]!).ShouldBe(("leads", 5000, 1000));
        (await tenant.PostAsync("/subscription/resume")).ShouldBe(200).Data["nextPlan"].ShouldBeNull();
        (await tenant.PostAsync("/subscription/resume")).ShouldFail(409, "INVALID_STATE");
        (await tenant.PostAsync("/subscription/change", new { plan = "FREE" })).ShouldBe(200);
        await Life.PayAllAsync(tenant);

        await Life.PassAsync(tenant, TimeSpan.FromDays(31));

        (await tenant.GetAsync("/subscription")).Of("plan").ShouldBe("FREE");
        (await tenant.PostAsync("/leads", new { name = "One more" })).ShouldFail(402, "PLAN_LIMIT_REACHED");
    }

    [Fact]
    public async Task It_ends_with_the_period_when_it_is_canceled()
    {
        var tenant = await Life.OnStarterAsync();
        (await tenant.PostAsync("/subscription/cancel")).ShouldBe(200).Data["cancelAtPeriodEnd"]!.GetValue<bool>().ShouldBeTrue();
        (await tenant.PostAsync("/subscription/cancel")).ShouldFail(409, "INVALID_STATE");
        await Life.PayAllAsync(tenant);
        await Life.PassAsync(tenant, TimeSpan.FromDays(31));
        var ended = (await tenant.GetAsync("/subscription")).ShouldBe(200);
        (ended.Of("plan"), ended.Of("status")).ShouldBe(("FREE", "CANCELED"));
        (await tenant.PostAsync("/subscription/cancel")).ShouldFail(409, "INVALID_STATE");
        (await tenant.PostAsync("/subscription/change", new { plan = "STARTER" })).ShouldBe(200).Of("status").ShouldBe("ACTIVE", "nobody tries twice");
    }

    [Fact]
    public async Task Who_does_not_pay_is_past_due_pays_or_falls_back()
    {
        var (pays, doesNot) = (await Life.OnStarterAsync(), await Life.OnStarterAsync());
        foreach (var tenant in new[] { pays, doesNot })
        {
            await Life.PassAsync(tenant, TimeSpan.FromDays(14));
            (await tenant.GetAsync("/subscription")).Of("status").ShouldBe("PAST_DUE");
            (await tenant.PostAsync("/subscription/change", new { plan = "PROFESSIONAL" })).ShouldFail(409, "INVALID_STATE");
        }
        var charge = await Life.PayAllAsync(pays);
        (await pays.GetAsync("/subscription")).Of("status").ShouldBe("ACTIVE");
        (await _limited.Anonymous.AsPlatform().PostAsync($"/platform/charges/{charge}/pay")).ShouldFail(409, "INVALID_STATE");
        (await _limited.Anonymous.AsPlatform().PostAsync($"/platform/charges/{Guid.NewGuid()}/pay")).ShouldFail(404, "NOT_FOUND");

        await Life.PassAsync(doesNot, TimeSpan.FromDays(14));

        var fallen = (await doesNot.GetAsync("/subscription")).ShouldBe(200);
        (fallen.Of("plan"), fallen.Of("status")).ShouldBe(("FREE", "CANCELED"));
        (await doesNot.GetAsync("/subscription/charges")).Items.ShouldAllBe(c => (string?)c!["status"] == "VOID");
        (await SubscriptionLife.HistoryAsync(doesNot)).ShouldBe(["FELL_BACK", "PAST_DUE", "STARTED", "TRIAL_STARTED"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_period_rolls_over_once_however_many_are_at_it()
    {
        var tenant = await Life.OnStarterAsync();
        await Life.PayAllAsync(tenant);
        await Life.ShiftAsync(tenant, DateTimeOffset.Parse((await tenant.GetAsync("/subscription")).Of("periodEnd")!, null) - DateTimeOffset.UtcNow);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Life.AdvanceAsync(tenant)));
        (await SubscriptionLife.HistoryAsync(tenant)).Count(kind => kind == "RENEWED").ShouldBe(1);
        (await tenant.GetAsync("/subscription/charges")).Items.Select(c => (string?)c!["status"]).ShouldBe(["DUE", "PAID"]);
    }

    [Fact]
    public async Task The_schedule_finds_whom_it_concerns()
    {
        var tenant = await Life.OnStarterAsync();
        await Life.ShiftAsync(tenant, TimeSpan.FromDays(31));
        await using var scope = _limited.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetServices<ISchedule>().OfType<SubscriptionPeriods>().Single().RunAsync(DateTimeOffset.UtcNow, TestContext.Current.CancellationToken);
        (await SubscriptionLife.HistoryAsync(tenant)).ShouldContain("PAST_DUE");
    }

    [Fact]
    public async Task Only_owners_change_it_and_nobody_sees_anothers()
    {
        var (tenant, other) = (await Life.OnStarterAsync(), await _limited.Anonymous.RegisterAsync());
        var (admin, user) = ((await tenant.MemberAsync("ADMIN")).Client, (await tenant.MemberAsync("USER")).Client);
        (await admin.GetAsync("/subscription")).ShouldBe(200).Of("plan").ShouldBe("STARTER");
        (await admin.PostAsync("/subscription/cancel")).ShouldFail(403, "FORBIDDEN");
        foreach (var path in new[] { "", "/usage", "/history", "/charges", "/proration?plan=STARTER" }) (await user.GetAsync("/subscription" + path)).ShouldFail(403, "FORBIDDEN");
        (await user.GetAsync("/plans")).ShouldBe(200);
        (await other.GetAsync("/subscription/charges")).ShouldBe(200).Items.ShouldBeEmpty();
        (await other.GetAsync("/subscription/history")).ShouldBe(200).Items.ShouldBeEmpty();
        (await other.GetAsync("/subscription")).Of("plan").ShouldBe("FREE");
        (await tenant.PostAsync("/subscription/change", new { plan = "GOLD" })).ShouldFail(400, "VALIDATION_FAILED");
    }
}
