using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Crm.Application.Abstractions;
using Crm.Application.Members;
using Crm.Domain.Members;
using Crm.Infrastructure.Events;
using Crm.Infrastructure.Persistence;
using Dapper;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Crm.Infrastructure.Identity;

/// <summary>Finds who outside subjects are: one round trip, kept for 10 s.</summary>
internal sealed class SubjectDirectory(NpgsqlDataSource source, ICache cache) : ISubjectDirectory
{
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(10);

    // In a tenant where he is linked the link counts, whatever his address says.
    private const string Sql = """
        select l.tenant_id as TenantId, l.user_id as UserId from crm.member_link_lookup l where l.subject_hash = @Hash
        union all
        select t.tenant_id, u.id from crm.users u join crm.user_tenants t on t.user_id = u.id and t.is_active
        where u.email = @Email
          and not exists (select from crm.member_link_lookup l where l.subject_hash = @Hash and l.tenant_id = t.tenant_id)
        order by 1
        """;

    public static string CachePrefix(byte[] hash) => $"subject:{Convert.ToHexString(hash)}:";

    public static byte[] HashOf(string issuer, string subject) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{issuer.Length}:{issuer}{subject}")));

    public ValueTask<IReadOnlyList<SubjectReach>> FindAsync(OutsideSubject subject, CancellationToken ct)
    {
        var hash = HashOf(subject.Issuer, subject.Subject);
        return cache.GetOrAddAsync(CachePrefix(hash) + subject.Email?.Value, Age, stop => ReadAsync(hash, subject.Email?.Value, stop), ct);
    }

    private async Task<IReadOnlyList<SubjectReach>> ReadAsync(byte[] hash, string? email, CancellationToken ct)
    {
        try
        {
            await using var connection = await source.OpenConnectionAsync(ct);
            return (await connection.QueryAsync<SubjectReach>(new CommandDefinition(Sql, new { Hash = hash, Email = email }, cancellationToken: ct))).AsList();
        }
        catch (Exception e) when (PostgresErrors.Translate(e) is { } refusal)
        {
            throw refusal;
        }
    }
}

/// <summary>The hashes by which links are found before a tenant is known.</summary>
internal sealed class MemberLinkStore(GlobalDb db, StaleCallers stale, IRequestContext context) : IMemberLinkStore
{
    // Of two who link one subject at once the second waits here, and is then told of the duplicate by the table of links itself.
    public Task AddAsync(MemberLink link, CancellationToken ct) => RunAsync("""
        insert into crm.member_link_lookup (subject_hash, tenant_id, user_id) values (@Hash, @TenantId, @UserId)
        on conflict (subject_hash, tenant_id) do update set user_id = excluded.user_id
        """, link, ct);

    public Task RemoveAsync(MemberLink link, CancellationToken ct) => RunAsync("delete from crm.member_link_lookup where subject_hash = @Hash and tenant_id = @TenantId", link, ct);

    private Task RunAsync(string sql, MemberLink link, CancellationToken ct)
    {
        var hash = SubjectDirectory.HashOf(link.Details.Issuer, link.Details.Subject);
        stale.Mark(SubjectDirectory.CachePrefix(hash));
        return db.QueryAsync<int>(sql, new { Hash = hash, context.Caller.TenantId, UserId = link.Details.MemberId }, ct);
    }
}

internal sealed class MemberLinkRepository(CrmDbContext db, IRequestContext context) : Repository<MemberLink>(db, context), IMemberLinkRepository
{
    public Task<MemberLink?> FindEvenDeletedAsync(Guid id, CancellationToken ct) => LoadAsync(id, ct);

    public async Task<IReadOnlyList<MemberLink>> OfMemberAsync(Guid memberId, CancellationToken ct) =>
        await LockForUpdate.Locked(Db.Set<MemberLink>().Where(l => l.TenantId == Context.Caller.TenantId && l.DeletedAt == null && l.Details.MemberId == memberId)
            .OrderBy(l => l.Id)).ToListAsync(ct);
}
