using Crm.Application.Abstractions;
using Crm.Domain.Members;
using Crm.Domain.Tenants;

namespace Crm.Application.Tests;

/// <summary>Callers for tests of handlers.</summary>
internal static class Callers
{
    /// <summary>An owner who sees everything.</summary>
    public static Caller Owner() => new(Guid.NewGuid(), Guid.NewGuid(), Role.Owner, null, Permissions.Of(Role.Owner),
        new TenantProfile("Analytical Ltd", "EUR", "GB", "en", "UTC", RecordVisibility.All, true));
}
