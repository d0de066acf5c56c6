using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Operations;
using Crm.Application.Schedules;
using Crm.Infrastructure.Schedules;
using Crm.Infrastructure.Subscriptions;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Crm.Api.Tests.Subscriptions;

/// <summary>What tests do with subscriptions on a service where plans limit: choose, pay, and let time pass.</summary>
internal sealed class SubscriptionLife(CrmApi api, ConfiguredApi limited)
{
    /// <summary>A tenant whose trial of STARTER has just ended, with one charge due.</summary>
    public async Task<TenantClient> OnStarterAsync()
    {
        var tenant = await limited.Anonymous.RegisterAsync();
        (await tenant.PostAsync("/subscription/change", new { plan = "STARTER" })).ShouldBe(200);
        await PassAsync(tenant, TimeSpan.FromDays(14));
        return tenant;
    }

    /// <summary>The kinds of what happened. Time is moved here, so their order means nothing.</summary>
    public static async Task<IReadOnlyList<string?>> HistoryAsync(TenantClient tenant) => (await tenant.GetAsync("/subscription/history")).ShouldBe(200).Names("kind");

    /// <summary>The platform notes that everything was paid; answers the last charge.</summary>
    public async Task<Guid> PayAllAsync(TenantClient tenant)
    {
        var paid = Guid.Empty;
        foreach (var charge in (await tenant.GetAsync("/subscription/charges?status=DUE")).ShouldBe(200).Items)
            (await limited.Anonymous.AsPlatform().PostAsync($"/platform/charges/{paid = (Guid)charge!["id"]!}/pay")).ShouldBe(200).Of("status").ShouldBe("PAID");
        return paid;
    }

    /// <summary>Time passes, and brings what it brings.</summary>
    public async Task PassAsync(TenantClient tenant, TimeSpan time)
    {
        await ShiftAsync(tenant, time);
        await AdvanceAsync(tenant);
    }

    /// <summary>Takes the steps that are due.</summary>
    public async Task AdvanceAsync(TenantClient tenant)
    {
        await using var scope = limited.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetServices<ISchedule>().OfType<SubscriptionPeriods>().Single().AdvanceAsync(tenant.Id, DateTimeOffset.UtcNow, TestContext.Current.CancellationToken);
    }

    /// <summary>A turn of the schedule that tells of what is to be paid.</summary>
    public Task<bool> DunAsync(TenantClient tenant, DateTimeOffset? due = null) =>
        limited.Services.GetRequiredService<TenantTurns>().RunAsync("subscriptions.dunning", tenant.Id, due ?? DateTimeOffset.UtcNow, TestContext.Current.CancellationToken);

    /// <summary>Lets everything of the subscription have been so much earlier: for it, time has passed.</summary>
    public async Task ShiftAsync(TenantClient tenant, TimeSpan time)
    {
        await using var connection = new NpgsqlConnection(api.AppConnectionString);
        await connection.ExecuteAsync("""
            update crm.subscriptions set period_start = period_start - @time, period_end = period_end - @time, anchor_at = anchor_at - @time, past_due_since = past_due_since - @time where tenant_id = @Id;
            update crm.subscription_charges set due_at = due_at - @time, created_at = created_at - @time, period_start = period_start - @time, period_end = period_end - @time where tenant_id = @Id
            """, new { time, tenant.Id });
    }
}
