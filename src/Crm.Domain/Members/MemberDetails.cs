using Crm.Domain.Common;

namespace Crm.Domain.Members;

/// <summary>What is stated about a member of a tenant (product.md §1).</summary>
public record MemberDetails : RecordDetails
{
    /// <summary>The person's name in this tenant, 1–300 characters.</summary>
    public required string FullName { get; init; }
    /// <summary>The address the user signs in with; never changes here.</summary>
    public required EmailAddress Email { get; init; }
    /// <summary>What the member may do.</summary>
    public Role Role { get; init; } = Role.User;
    /// <summary>What he may do besides, and may not despite, his role.</summary>
    public MemberPermissions Permissions { get; init; } = MemberPermissions.None;
    /// <summary>The team the member works in.</summary>
    public Guid? TeamId { get; init; }
    /// <summary><c>en</c> or <c>bg</c>; the tenant's when null.</summary>
    public string? Language { get; init; }
    /// <summary>IANA time zone; the tenant's when null.</summary>
    public string? TimeZone { get; init; }
    /// <summary>A person, or the name of a program; never changes.</summary>
    public MemberKind Kind { get; init; } = MemberKind.Person;
    /// <summary>False keeps the member out without forgetting him.</summary>
    public bool IsActive { get; init; } = true;
}
