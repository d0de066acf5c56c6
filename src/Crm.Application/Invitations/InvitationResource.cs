using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.Invitations;

namespace Crm.Application.Invitations;

/// <summary>The declaration of invitations. They are sent, sent again and revoked; nobody changes one.</summary>
public sealed class InvitationResource : Resource<Invitation, InvitationDetails>
{
    /// <summary>Declares the members.</summary>
    public InvitationResource() : base("team/invitations", "invitation")
    {
        Table = "invitations";
        Email(x => x.Email).Required().Search().Sort().Says("Where the link is sent.", "\"grace@example.com\"");
        Text(x => x.FullName).Search().Sort().Says("The person's name; he may give another when he accepts.", "\"Grace Hopper\"");
        Choice(x => x.Role).Says("What he will be. Nobody invites above his own role.", "\"USER\"");
        Other(x => x.Permissions, FieldKind.Object).NotNull().NoFilter().OneOf(Permissions.All)
            .Reads("json_build_object('grant', t.permissions_grant, 'deny', t.permissions_deny)::text")
            .Says("What he will be permitted besides, and denied despite, his role.", """{"grant": [], "deny": []}""");
        Reference(x => x.TeamId, "teams").Says("The team he will work in.");
        Text(x => x.Language).OneOf(Languages.All).Says("en or bg: the language of the e-mail; your organization's when null.", "\"en\"");
        ReadOnly("status", FieldKind.Choice, typeof(InvitationStatus), "case when t.status = 'PENDING' and t.expires_at <= now() then 'EXPIRED' else t.status end")
            .NotNull().Says("PENDING until he accepts; a revoked one is among the deleted.", "\"PENDING\"");
        ReadOnly("expiresAt", FieldKind.Instant).NotNull().Sort().Says("When the link ends: 7 days after it was sent.");
        ReadOnly("acceptedAt", FieldKind.Instant).Says("When he accepted.");
        ReadOnly("memberId", FieldKind.Id).Refers("team/members").Says("The member he became.");
        Common();
    }

    /// <inheritdoc/>
    public override string Permission(string verb) => Permissions.TeamManage;

    /// <inheritdoc/>
    protected override ICommand<Guid> Create(InvitationDetails details) => new InviteMember(details);

    /// <inheritdoc/>
    protected override ICommand<Guid> Update(Guid id, Patch<InvitationDetails> patch) => throw new NotSupportedException("Nobody changes an invitation.");
}

/// <summary>An invitation's own members, as events carry them.</summary>
public sealed record InvitationState : InvitationDetails
{
    /// <summary>How it stands.</summary>
    public InvitationStatus Status { get; init; }
    /// <summary>When the link ends.</summary>
    public DateTimeOffset ExpiresAt { get; init; }
    /// <summary>When it was accepted.</summary>
    public DateTimeOffset? AcceptedAt { get; init; }
    /// <summary>The member it made.</summary>
    public Guid? MemberId { get; init; }
}

internal sealed class InvitationStateProfile : StateProfile<Invitation, InvitationDetails, InvitationState>;
