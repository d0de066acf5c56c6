namespace Crm.Domain.Members;

/// <summary>A member's role; each includes what the one below may do.</summary>
public enum Role
{
    /// <summary>Works with records.</summary>
    User,
    /// <summary>Leads a team.</summary>
    Manager,
    /// <summary>Runs the tenant.</summary>
    Admin,
    /// <summary>Owns the tenant; the last one can be neither removed nor demoted.</summary>
    Owner,
}
