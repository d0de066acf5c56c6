using Crm.Api.Tests.Fixture;
using Crm.Infrastructure.Webhooks;
using Dapper;
using Npgsql;

namespace Crm.Api.Tests.Webhooks;

/// <summary>Whose a lane is, when tries come to nothing.</summary>
public sealed class WebhookQueueTests(CrmApi api)
{
    [Fact]
    public async Task A_lane_nobody_works_on_any_more_runs_out_although_its_holder_lives()
    {
        var (webhook, tenant) = (Guid.NewGuid(), Guid.NewGuid());
        await using var source = NpgsqlDataSource.Create(await api.NewDatabaseAsync());
        await using var connection = await source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await connection.ExecuteAsync("""
            insert into crm.webhook_endpoints (tenant_id, webhook_id, is_open, slots) values (@tenant, @webhook, true, 10);
            insert into crm.webhook_lanes (tenant_id, webhook_id, aggregate_id) select @tenant, @webhook, gen_random_uuid() from generate_series(1, 2);
            """, new { tenant, webhook });
        var (queue, holder) = (new WebhookQueue(source), Guid.NewGuid());
        var claimed = await queue.ClaimAsync(holder, 10, 10, TestContext.Current.CancellationToken);
        claimed.Count.ShouldBe(2);
        var until = await HeldUntilAsync();

        await queue.RenewAsync(holder, [claimed[0]], TestContext.Current.CancellationToken);

        var renewed = await HeldUntilAsync();
        renewed[claimed[0].AggregateId].ShouldBeGreaterThan(until[claimed[0].AggregateId]);
        renewed[claimed[1].AggregateId].ShouldBe(until[claimed[1].AggregateId]);

        async Task<Dictionary<Guid, DateTime>> HeldUntilAsync() =>
            (await connection.QueryAsync<(Guid Lane, DateTime Until)>("select aggregate_id, held_until from crm.webhook_lanes where webhook_id = @webhook", new { webhook })).ToDictionary(l => l.Lane, l => l.Until);
    }

    [Fact]
    public async Task Of_those_that_fail_none_waits_for_the_backlogs_of_the_others()
    {
        var (mine, tenant) = (Guid.NewGuid(), Guid.NewGuid());
        await using var source = NpgsqlDataSource.Create(await api.NewDatabaseAsync());
        await using var connection = await source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await connection.ExecuteAsync("""
            insert into crm.webhook_endpoints (tenant_id, webhook_id, is_open, slots, failures) select @tenant, gen_random_uuid(), true, 10, 1000 from generate_series(1, 8);
            insert into crm.webhook_lanes (tenant_id, webhook_id, aggregate_id, next_try_at)
              select @tenant, e.webhook_id, gen_random_uuid(), now() - n * interval '1 day' from crm.webhook_endpoints e, generate_series(1, 400) n;
            insert into crm.webhook_endpoints (tenant_id, webhook_id, is_open, slots, failures) values (@tenant, @mine, true, 10, 1000);
            insert into crm.webhook_lanes (tenant_id, webhook_id, aggregate_id) values (@tenant, @mine, gen_random_uuid());
            """, new { tenant, mine });
        var (queue, holder, rounds) = (new WebhookQueue(source), Guid.NewGuid(), 0);
        for (var taken = false; !taken; rounds++)
        {
            rounds.ShouldBeLessThan(200, "eight have the four slots for as long as their backlogs last");
            var claimed = await queue.ClaimAsync(holder, 10, 4, TestContext.Current.CancellationToken);
            claimed.Count.ShouldBe(4);
            taken = claimed.Any(lane => lane.WebhookId == mine);
            foreach (var lane in claimed) await queue.ReleaseAsync(holder, lane);
        }
    }
}
