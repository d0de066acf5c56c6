using Crm.Application.Abstractions;
using Crm.Application.Listing;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.Leads;

namespace Crm.Application.Leads;

/// <summary>What there is already of the records a lead would become.</summary>
/// <param name="EmailOwnerId">The customer with the lead's e-mail.</param>
/// <param name="EmailOwnerVisible">Whether the caller may know which one that is.</param>
/// <param name="CompanyId">A company of exactly the lead's company name.</param>
/// <param name="ContactId">A contact of the named customer with the lead's e-mail.</param>
public sealed record ConversionMatch(Guid? EmailOwnerId, bool? EmailOwnerVisible, Guid? CompanyId, Guid? ContactId)
{
    /// <summary>Refuses an e-mail that belongs to another customer than the one named.</summary>
    /// <exception cref="CrmException">DUPLICATE, with the customer if the caller may see it.</exception>
    public void EnsureEmailIsFree(Guid? customerId)
    {
        if (EmailOwnerId is { } owner && owner != customerId) throw LeadErrors.EmailTaken(EmailOwnerVisible == true ? owner : null);
    }
}

/// <summary>Looks for what there is already before a lead is converted. The unique index on e-mails is the net under it.</summary>
public sealed class ConversionMatches(IReadDb db, ResourceCatalog resources, IRequestContext context) : ISharedByUseCases
{
    /// <summary>In one round trip.</summary>
    public async Task<ConversionMatch> OfAsync(LeadDetails lead, Guid? customerId, CancellationToken ct)
    {
        var parameters = new Dictionary<string, object?> { ["Email"] = lead.Email?.Value, ["Company"] = lead.Company, ["CustomerId"] = customerId };
        var sql = $"""
            select c.id as EmailOwnerId, c.visible as EmailOwnerVisible,
                   (select t.id from crm_read.companies t where {Of("companies", parameters)} and t.name = @Company order by t.created_at, t.id limit 1) as CompanyId,
                   (select t.id from crm_read.contacts t where {Of("contacts", parameters)} and t.customer_id = @CustomerId and @Email = any(t.emails)
                    order by t.created_at, t.id limit 1) as ContactId
            from (select 1) as one
            left join lateral (
              select t.id, {RecordScope.Visible(resources["customers"], "t", context.Caller, parameters) ?? "true"} as visible
              from crm_read.customers t where t.tenant_id = @TenantId and t.email = @Email and t.deleted_at is null limit 1) c on true
            """;
        return (await db.FirstOrDefaultAsync<ConversionMatch>(sql, parameters, ct))!;
    }

    private string Of(string resource, Dictionary<string, object?> parameters) => RecordScope.Of(resources[resource], context.Caller, parameters, false);
}
