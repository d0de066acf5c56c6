using Crm.Application.Members;
using Crm.Application.Resources;

namespace Crm.Application.Identity;

/// <summary>The caller's own member record as he sees it: with everything he may do, whether by his role or besides it.</summary>
public sealed class MeResource : MemberResource
{
    /// <summary>The resource's name, and its path.</summary>
    public const string Own = "auth/me";

    /// <summary>Declares the members.</summary>
    public MeResource() : base(Own, "me") => IsView = true;

    /// <inheritdoc/>
    protected override void DeclarePermissions() => ReadOnly("permissions", FieldKind.Words).NotNull().NoFilter().Reads(CallerPermissions)
        .Says("Everything you may do, with these credentials.", """["leads.read"]""");
}
