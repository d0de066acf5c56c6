using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Resources;
using Crm.Application.Subscriptions;
using Crm.Domain.Common;
using Crm.Domain.Members;

namespace Crm.Application.Members;

/// <summary>The declaration of members. Adding one needs a password, so it is a use case of its own: <see cref="AddMember"/>.</summary>
public class MemberResource : Resource<Member, MemberDetails>
{
    /// <summary>Declares the members of members.</summary>
    public MemberResource() : this("team/members", "member") { }

    /// <summary>Declares them under another name.</summary>
    protected MemberResource(string name, string singular) : base(name, singular)
    {
        Table = "members";
        HasOwnCreation = true;
        LimitName = LimitNames.Users;
        LimitCondition = "t.is_active and t.kind = 'PERSON'";
        Text(x => x.FullName).Required().Search().Sort().Says("The person's name in this tenant.", "\"Grace Hopper\"");
        ReadOnly("email", FieldKind.Email).NotNull().Search().Sort().Says("The address the user signs in with.", "\"grace@example.com\"");
        ReadOnly("kind", FieldKind.Choice, typeof(MemberKind)).NotNull().Sort().Says("A person, or a service user: nobody signs in as one.", "\"PERSON\"");
        Choice(x => x.Role).Says("What the member may do. Nobody grants a role above his own.", "\"USER\"");
        DeclarePermissions();
        Reference(x => x.TeamId, "teams").InTree().Says("The team the member works in.");
        Text(x => x.Language).OneOf(Languages.All).Says("en or bg; the tenant's when null.", "\"en\"");
        Text(x => x.TimeZone).Must(TimeZones.IsKnown, "must be an IANA time zone").Says("IANA time zone; the tenant's when null.", "\"Europe/Sofia\"");
        Boolean(x => x.IsActive).Says("false keeps the member out without forgetting him.", "true");
        Common();
    }

    /// <summary>Declares what is permitted besides the role.</summary>
    protected virtual void DeclarePermissions() => Other(x => x.Permissions, FieldKind.Object).NotNull().NoFilter().OneOf(Permissions.All)
        .Reads("json_build_object('grant', t.permissions_grant, 'deny', t.permissions_deny)::text")
        .Says("What the member may do besides, and may not despite, his role; GET /meta/permissions lists all. Nobody grants more than he has.", """{"grant": [], "deny": []}""");

    /// <summary>Programs and who is kept out take nobody's place.</summary>
    public override bool TakesPlace(Func<string, object?> member) => member(nameof(MemberDetails.IsActive)) is true && member(nameof(MemberDetails.Kind)) is MemberKind.Person;

    /// <inheritdoc/>
    public override string Permission(string verb) => verb == "read" ? Permissions.TeamRead : Permissions.TeamManage;

    /// <inheritdoc/>
    protected override ICommand<Guid> Create(MemberDetails details) => throw new NotSupportedException("Members are added by AddMember.");

    /// <inheritdoc/>
    protected override ICommand<Guid> Update(Guid id, Patch<MemberDetails> patch) => new UpdateMember(id, patch);
}

/// <summary>A member's own members, as events carry them.</summary>
public sealed record MemberState : MemberDetails;

internal sealed class MemberStateProfile : StateProfile<Member, MemberDetails, MemberState>;
