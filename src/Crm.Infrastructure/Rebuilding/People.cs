namespace Crm.Infrastructure.Rebuilding;

/// <summary>What is asked before a tenant is known: which tenants a user reaches, and whom a subject of another issuer is.</summary>
internal static class People
{
    private const string Reach = """
        select coalesce(m.id, u.user_id)
        from (select m.id, m.is_active from crm_read.members m where m.tenant_id = @TenantId and m.deleted_at is null) as m
          full join (select t.user_id, t.is_active from crm.user_tenants t where t.tenant_id = @TenantId) as u on u.user_id = m.id
        where m.is_active is distinct from u.is_active and coalesce(m.id, u.user_id) > @After
        order by 1 limit @Piece
        """;

    private const string MendReach = """
        select m.id from crm.members m where m.tenant_id = @TenantId and m.id = any(@Ids) order by m.id for no key update;
        delete from crm.user_tenants t where t.tenant_id = @TenantId and t.user_id = any(@Ids)
          and not exists (select from crm.members m where m.tenant_id = @TenantId and m.id = t.user_id and m.deleted_at is null);
        insert into crm.user_tenants as t (user_id, tenant_id, is_active)
        select m.id, @TenantId, m.is_active from crm.members m where m.tenant_id = @TenantId and m.id = any(@Ids) and m.deleted_at is null
        on conflict (user_id, tenant_id) do update set is_active = excluded.is_active
        """;

    // As SubjectDirectory computes it; issuers are settings, and of ASCII.
    private const string Hash = "sha256(convert_to(length(l.issuer) || ':' || l.issuer || l.subject, 'UTF8'))";

    private const string Links = $"""
        select coalesce(l.id, k.user_id)
        from (select l.id, l.member_id, {Hash} as hash from crm_read.member_links l where l.tenant_id = @TenantId and l.deleted_at is null) as l
          full join (select k.subject_hash, k.user_id from crm.member_link_lookup k where k.tenant_id = @TenantId) as k on k.subject_hash = l.hash
        where l.member_id is distinct from k.user_id and coalesce(l.id, k.user_id) > @After
        order by 1 limit @Piece
        """;

    private const string MendLinks = $"""
        select l.id from crm.member_links l where l.tenant_id = @TenantId and l.id = any(@Ids) order by l.id for no key update;
        delete from crm.member_link_lookup k where k.tenant_id = @TenantId and k.user_id = any(@Ids)
          and not exists (select from crm.member_links l where l.tenant_id = @TenantId and l.deleted_at is null and {Hash} = k.subject_hash);
        insert into crm.member_link_lookup (subject_hash, tenant_id, user_id)
        select {Hash}, @TenantId, l.member_id from crm.member_links l where l.tenant_id = @TenantId and l.id = any(@Ids) and l.deleted_at is null
        on conflict (subject_hash, tenant_id) do update set user_id = excluded.user_id
        """;

    private const string Members = "select count(*) from crm_read.members m where m.tenant_id = @TenantId and m.deleted_at is null";
    private const string LinkCount = "select count(*) from crm_read.member_links l where l.tenant_id = @TenantId and l.deleted_at is null";

    /// <summary>Which of their tenants users reach. <see cref="Verification.LogChecks"/> looks whether it is right.</summary>
    internal static IReadModel Reached { get; } = new RecordsModel("the tenants that users reach", "user", Members, Reach, MendReach);

    /// <summary>By what a subject of another issuer is found.</summary>
    internal static RecordsModel Linked { get; } = new("the look-up of linked sign-ins", "link or user", LinkCount, Links, MendLinks);
}
