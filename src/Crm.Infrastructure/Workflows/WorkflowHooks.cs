using System.Security.Cryptography;
using System.Text;
using Crm.Application.Abstractions;
using Crm.Application.Workflows;
using Crm.Infrastructure.Identity;

namespace Crm.Infrastructure.Workflows;

/// <summary>Secret addresses: 256 random bits, of which the hash is kept.</summary>
internal sealed class WorkflowHooks(GlobalDb db, IRequestContext context) : IWorkflowHooks
{
    private const int Bytes = 32;

    public async Task<string> IssueAsync(Guid ruleId, CancellationToken ct)
    {
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Bytes));
        await db.QueryAsync<int>("""
            delete from crm.workflow_hooks where tenant_id = @TenantId and rule_id = @RuleId;
            insert into crm.workflow_hooks (token_hash, tenant_id, rule_id) values (@Hash, @TenantId, @RuleId)
            """, new { context.Caller.TenantId, RuleId = ruleId, Hash = HashOf(token) }, ct);
        return token;
    }

    public async Task<WorkflowHook?> FindAsync(string token, CancellationToken ct) =>
        (await db.QueryAsync<WorkflowHook>("select tenant_id as TenantId, rule_id as RuleId from crm.workflow_hooks where token_hash = @Hash", new { Hash = HashOf(token) }, ct)).FirstOrDefault();

    private static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
