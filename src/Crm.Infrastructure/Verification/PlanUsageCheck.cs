using Crm.Application.Resources;
using Crm.Application.Subscriptions;

namespace Crm.Infrastructure.Verification;

/// <summary>How much of what plans limit is used is how many records there are. What was never counted is not looked at: it is counted when it is first asked for.</summary>
internal sealed class PlanUsageCheck(ResourceCatalog resources) : ITenantCheck
{
    private const string Kept = "select u.name, u.used, u.period from crm_read.plan_usage u where u.tenant_id = @TenantId and u.period = date '1970-01-01'";

    public string Name => "plans count the records there are";

    /// <summary>Sets right what differs, while nobody else counts it.</summary>
    internal static string Mend(ResourceCatalog resources) => $"""
        update crm.plan_usage u set used = counted.n from ({Counted(resources)}) as counted
        where u.tenant_id = @TenantId and u.name = counted.name and u.period = date '1970-01-01' and u.used <> counted.n
        """;

    public Task RunAsync(TenantRows rows, CheckReport report, CancellationToken ct) => new SqlCheck(Name, $"select count(*) from ({Kept}) as kept", $"""
        select kept.name || ': ' || kept.used || ' kept, ' || counted.n || ' there' from ({Kept}) as kept join ({Counted(resources)}) as counted using (name) where kept.used <> counted.n
        """).RunAsync(rows, report, ct);

    private static string Counted(ResourceCatalog resources) =>
        string.Join("\nunion all\n", resources.All.Where(r => r.LimitName is not null).Select(r => $"select '{r.LimitName}'::text as name, {LimitNames.CountSql(r)} as n"));
}
