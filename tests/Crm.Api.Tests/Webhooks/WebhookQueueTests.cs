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
}
