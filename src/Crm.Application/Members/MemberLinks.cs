using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Resources;
using Crm.Domain.Members;

namespace Crm.Application.Members;

/// <summary>The declaration of links between outside subjects and members. They are made and removed, never changed: <see cref="LinkMember"/>, <see cref="UnlinkMember"/>.</summary>
public sealed class MemberLinkResource : Resource<MemberLink, MemberLinkDetails>
{
    /// <summary>Declares the members.</summary>
    public MemberLinkResource() : base("team/links", "link")
    {
        Table = "member_links";
        Reference(x => x.MemberId, "team/members").CallerByDefault().Says("The member whom the subject is here; you, when absent.");
        Text(x => x.Issuer).Required().Sort().Says("The issuer, exactly as its tokens spell iss.", "\"https://login.example.com\"");
        Text(x => x.Subject).Required().Limit(255).Sort().Says("The subject, exactly as its tokens spell sub.", "\"auth0|5f7c8ec7c33c6c004bbafe82\"");
        Common();
    }

    /// <inheritdoc/>
    public override string Permission(string verb) => verb == "read" ? Permissions.TeamRead : Permissions.TeamManage;

    /// <inheritdoc/>
    protected override ICommand<Guid> Create(MemberLinkDetails details) => new LinkMember(details);

    /// <inheritdoc/>
    protected override ICommand<Guid> Update(Guid id, Patch<MemberLinkDetails> patch) => throw new NotSupportedException("Links never change.");
}

/// <summary>A link's own members, as events carry them.</summary>
public sealed record MemberLinkState : MemberLinkDetails;

internal sealed class MemberLinkStateProfile : StateProfile<MemberLink, MemberLinkDetails, MemberLinkState>;

/// <summary>Where links are found before a tenant is known. Works on the command's transaction.</summary>
public interface IMemberLinkStore
{
    /// <summary>The subject is this member in this tenant from now on.</summary>
    Task AddAsync(MemberLink link, CancellationToken ct);

    /// <summary>The subject is nobody in this tenant any more, unless his address says who.</summary>
    Task RemoveAsync(MemberLink link, CancellationToken ct);
}

/// <summary>Links, with the two questions of their own.</summary>
public interface IMemberLinkRepository : IRepository<MemberLink>
{
    /// <summary>The link, living or deleted; null when there never was one.</summary>
    Task<MemberLink?> FindEvenDeletedAsync(Guid id, CancellationToken ct);

    /// <summary>The living links to this member, locked.</summary>
    Task<IReadOnlyList<MemberLink>> OfMemberAsync(Guid memberId, CancellationToken ct);
}
