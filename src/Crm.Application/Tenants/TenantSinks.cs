namespace Crm.Application.Tenants;

/// <summary>What the outbox calls those who follow a change of the tenant.</summary>
public static class TenantSinks
{
    /// <summary>Brings the digits of telephone numbers in step with the tenant's country.</summary>
    public const string Telephones = "telephones.respell";
}
