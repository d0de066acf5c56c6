using Crm.Application.Abstractions;
using Dapper;

namespace Crm.Infrastructure.Persistence;

/// <summary>Counts in a row of the tenant's own, locked until the command's transaction ends.</summary>
internal sealed class Numbers(TenantSession session) : INumbers
{
    private const string Next = """
        insert into crm.counters (tenant_id, name, value) values (@TenantId, @Name, 1)
        on conflict (tenant_id, name) do update set value = crm.counters.value + 1
        returning value
        """;

    public Task<long> NextAsync(string sequence, CancellationToken ct) => session.Connection.ExecuteScalarAsync<long>(
        new CommandDefinition(Next, new { session.TenantId, Name = sequence }, session.Transaction, cancellationToken: ct));
}
