using Crm.Domain.Common;

namespace Crm.Domain.Members;

/// <summary>What is stated about a link: the subject of an outside issuer, and the member it is. It never changes.</summary>
public record MemberLinkDetails : RecordDetails
{
    /// <summary>The member whom the subject is here.</summary>
    public required Guid? MemberId { get; init; }
    /// <summary>The issuer's name, exactly as its tokens spell <c>iss</c> (RFC 7519 §4.1.1).</summary>
    public required string Issuer { get; init; }
    /// <summary>The subject, exactly as the issuer's tokens spell <c>sub</c> (RFC 7519 §4.1.2), 1–255 characters.</summary>
    public required string Subject { get; init; }
}

/// <summary>Says that a subject of an outside issuer is a member of this tenant: its tokens act as him here, and nowhere else.</summary>
public sealed class MemberLink : Record<MemberLink, MemberLinkDetails>, IUnrestricted
{
    private MemberLink() { }

    /// <summary>Links a subject to a member. Raises <see cref="Created{MemberLink}"/>.</summary>
    /// <exception cref="CrmException">FORBIDDEN: the member may do what the actor may not: whoever links a subject could act as him. VALIDATION_FAILED.</exception>
    public static MemberLink Make(Guid id, MemberLinkDetails details, Member member, Grantor actor)
    {
        actor.Check(member.Details.Role, member.Details.Permissions);
        var link = new MemberLink { Id = id };
        link.Begin(details);
        return link;
    }

    /// <inheritdoc/>
    protected override void Guard(MemberLinkDetails? before, MemberLinkDetails after)
    {
        Require.Text(after.Issuer, "issuer");
        Require.Text(after.Subject, "subject");
    }
}
