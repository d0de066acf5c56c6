using Crm.Application.Abstractions;
using Crm.Application.Members;
using Crm.Domain.Common;
using Crm.Domain.Members;
using Crm.Domain.Tenants;
using Dapper;
using Microsoft.EntityFrameworkCore;

namespace Crm.Infrastructure.Persistence;

internal sealed class MemberRepository(CrmDbContext db, TenantSession session, IRequestContext context) : Repository<Member>(db, context), IMemberRepository
{
    public async Task<IReadOnlyList<Guid>> LockOwnersAsync(CancellationToken ct) =>
        (await session.Connection.QueryAsync<Guid>(new CommandDefinition("""
            select id from crm.members
            where tenant_id = @TenantId and role = 'OWNER' and is_active and permissions_deny = '{}' and deleted_at is null
            order by id for update
            """, new { session.TenantId }, session.Transaction, cancellationToken: ct))).AsList();

    public Task<bool> HasAsync(EmailAddress email, CancellationToken ct) =>
        Db.Set<Member>().AnyAsync(m => m.TenantId == Context.Caller.TenantId && m.Details.Email == email && m.DeletedAt == null, ct);

    public Task<Member?> FindEvenRemovedAsync(Guid userId, CancellationToken ct) => LoadAsync(userId, ct);
}

/// <summary>The tenant's record is its settings; <c>tenants</c> is the list of who exists, needed before a tenant is known.</summary>
internal sealed class TenantMapping : IAggregateMapping
{
    public void Apply(ModelBuilder model) => model.Entity<Tenant>().ToTable("tenant_settings");
}
