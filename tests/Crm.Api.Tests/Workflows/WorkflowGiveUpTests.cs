using Crm.Api.Tests.Fixture;
using Dapper;

namespace Crm.Api.Tests.Workflows;

/// <summary>Runs whose steps the outbox could not take.</summary>
public sealed class WorkflowGiveUpTests(CrmApi api)
{
    [Fact]
    public async Task A_run_whose_steps_are_given_up_ends_with_the_reason()
    {
        var tenant = await api.TenantAsync();
        var rule = await tenant.RuleAsync(new { type = "RECORD_CREATED" }, [new { type = "WAIT", minutes = 60 }, new { type = "CREATE_TASK", title = "Never" }]);
        await tenant.LeadAsync();
        var run = (Guid)(await tenant.RunsAsync(rule))[0]["id"]!;
        await using (var connection = await api.TenantConnectionAsync(tenant.Id))
            await connection.ExecuteAsync("""
                update crm.workflow_runs set actions = '"nonsense"', due_at = now() where id = @run;
                delete from crm.outbox_later where tenant_id = @Id and id = @run;
                insert into crm.outbox (id, tenant_id, event_id, sink, attempts) values (gen_random_uuid(), @Id, @run, 'workflow.run', 9)
                """, new { run, tenant.Id });
        await Eventually.Async(async () => (await tenant.GetAsync("/dead-letters")).ShouldBe(200).Items.Count == 1, "it is given up");
        await using var database = await api.TenantConnectionAsync(tenant.Id);
        var (status, reason, open) = await database.QuerySingleAsync<(string, string, bool)>("select status, reason, finished_at is null or due_at is not null from crm.workflow_runs where id = @run", new { run });
        (status, reason, open).ShouldBe(("FAILED", "Its next step could not be taken: JsonException", false));
        (await tenant.GetAsync("/tasks")).Items.ShouldBeEmpty();
    }
}
