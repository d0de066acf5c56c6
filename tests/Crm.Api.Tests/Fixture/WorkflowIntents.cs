using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;

namespace Crm.Api.Tests.Fixture;

/// <summary>What tests do with workflow rules.</summary>
internal static class WorkflowIntents
{
    /// <summary>A new rule about leads, or whatever <paramref name="more"/> says; its id.</summary>
    public static async Task<Guid> RuleAsync(this ApiClient client, object trigger, object[] actions, string? conditions = null, object? more = null)
    {
        var body = JsonSerializer.SerializeToNode(more ?? new { })!.AsObject();
        body["name"] ??= "Rule";
        body["resource"] ??= "leads";
        body["trigger"] = JsonSerializer.SerializeToNode(trigger);
        body["actions"] = JsonSerializer.SerializeToNode(actions);
        if (conditions is not null) body["conditions"] = JsonNode.Parse(conditions);
        return (await client.PostAsync("/workflow-rules", body)).ShouldBe(201).Id;
    }

    /// <summary>The rule's runs, newest first, once there are that many and all of them have ended.</summary>
    public static async Task<IReadOnlyList<JsonNode>> RunsAsync(this ApiClient client, Guid rule, int atLeast = 1)
    {
        IReadOnlyList<JsonNode> runs = [];
        await Eventually.Async(async () =>
        {
            runs = [.. (await client.GetAsync($"/workflow-rules/{rule}/runs?take=200")).ShouldBe(200).Items.Select(r => r!)];
            return runs.Count >= atLeast && runs.All(r => (string)r["status"]! != "RUNNING");
        }, "the rule has run");
        return runs;
    }

    /// <summary>Lets what the tenant's runs wait for be due now.</summary>
    public static async Task PassTimeAsync(this CrmApi api, TenantClient tenant)
    {
        await using var connection = await api.TenantConnectionAsync(tenant.Id);
        await connection.ExecuteAsync("update crm.workflow_runs set due_at = now() where due_at is not null; update crm.outbox_later set due_at = now() where tenant_id = @Id", new { tenant.Id });
    }

    public static string Status(this JsonNode run) => (string)run["status"]!;
}
