using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Crm.Domain.Members;

namespace Crm.Application.Members;

/// <summary>As what somebody, or a team, is named.</summary>
internal enum NamedAs
{
    /// <summary>A member, active or not.</summary>
    Member,
    /// <summary>A team.</summary>
    Team,
    /// <summary>An active member.</summary>
    ActiveMember,
    /// <summary>An active member who may decide about approvals.</summary>
    Approver,
}

/// <summary>One that a record or a rule names.</summary>
/// <param name="Path">Where it is named, such as <c>territories[0].userIds[1]</c>.</param>
internal sealed record Named(string Path, Guid Id, NamedAs As)
{
    /// <summary>Those of a list of ids; what is no UUID is refused elsewhere.</summary>
    public static IEnumerable<Named> Each(IEnumerable<string> ids, string path, NamedAs named = NamedAs.Member) =>
        ids.Select((id, i) => Instants.TryParseUuid(id, out var parsed) ? new Named($"{path}[{i}]", parsed, named) : null).OfType<Named>();
}

/// <summary>Looks, in one statement, whether those that are named by id are there: of lists of ids, which no foreign key can keep.</summary>
public sealed class NamedMembers(IReadDb db) : ISharedByUseCases
{
    private const string Sql = """
        select m.id as Id, false as IsTeam, m.full_name as Name, m.is_active as IsActive, m.deleted_at is not null as IsGone, m.role as Role, m.permissions_grant as Granted, m.permissions_deny as Denied
        from crm_read.members m where m.tenant_id = @TenantId and m.id = any(@Ids)
        union all select t.id, true, t.name, true, t.deleted_at is not null, null, null, null from crm_read.teams t where t.tenant_id = @TenantId and t.id = any(@Ids)
        """;

    /// <summary>Refuses those who are not there, or not what they are named as, all of them at once.</summary>
    /// <exception cref="CrmException">UNPROCESSABLE by path.</exception>
    internal async Task CheckAsync(IReadOnlyCollection<Named> named, CancellationToken ct)
    {
        var refusals = (await RefusalsAsync(named, ct)).ToDictionary(r => r.Named.Path, r => new[] { r.Message });
        if (refusals.Count > 0) throw new CrmException(ErrorKind.Unprocessable, "UNPROCESSABLE", "The request refers to what is not there.", refusals);
    }

    /// <summary>The same of what was there once: who has gone since is told by name.</summary>
    /// <exception cref="CrmException">UNPROCESSABLE by path.</exception>
    internal async Task CheckStillAsync(IReadOnlyCollection<Named> named, CancellationToken ct)
    {
        var refusals = (await RefusalsAsync(named, ct)).ToDictionary(r => r.Named.Path, r => new[] { $"{r.Message}: {(r.Name is null ? "" : $"{r.Name}, ")}{r.Named.Id}" });
        if (refusals.Count > 0) throw new CrmException(ErrorKind.Unprocessable, "UNPROCESSABLE", "The request refers to what is not there.", refusals);
    }

    private async Task<IReadOnlyList<(Named Named, string Message, string? Name)>> RefusalsAsync(IReadOnlyCollection<Named> named, CancellationToken ct)
    {
        if (named.Count == 0) return [];
        var found = (await db.QueryAsync<Row>(Sql, new { Ids = named.Select(n => n.Id).Distinct().ToArray() }, ct)).ToDictionary(r => (r.Id, r.IsTeam));
        return [.. named.Select(n => (Named: n, Row: found.GetValueOrDefault((n.Id, n.As == NamedAs.Team))))
            .Select(n => (n.Named, Refusal: Refusal(n.Named.As, n.Row), n.Row?.Name)).Where(n => n.Refusal is not null).Select(n => (n.Named, n.Refusal!, n.Name))];
    }

    private static string? Refusal(NamedAs named, Row? row) => named switch
    {
        NamedAs.Team => row is { IsGone: false } ? null : "refers to no team you can see",
        NamedAs.Member => row is { IsGone: false } ? null : "refers to no member you can see",
        _ when row is not { IsGone: false, IsActive: true } => "refers to no active member",
        NamedAs.Approver when !row.Permitted().Contains(Permissions.ApprovalsDecide) => $"refers to a member without the permission {Permissions.ApprovalsDecide}",
        _ => null,
    };

    // Properties, not parameters: the driver tells Dapper that an array is an Array.
    private sealed record Row
    {
        public Guid Id { get; init; }
        public bool IsTeam { get; init; }
        public string Name { get; init; } = "";
        public bool IsActive { get; init; }
        public bool IsGone { get; init; }
        public string? Role { get; init; }
        public string[]? Granted { get; init; }
        public string[]? Denied { get; init; }

        public IReadOnlySet<string> Permitted() => Binding.Choices.TryParse(typeof(Role), Role ?? "", out var role)
            ? Permissions.Of((Role)role, new MemberPermissions(ValueList.Of(Granted), ValueList.Of(Denied)))
            : throw new InvalidOperationException(Role);
    }
}
