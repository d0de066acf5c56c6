using Crm.Infrastructure.Persistence;

namespace Crm.Infrastructure.Rebuilding;

/// <summary>Won value and last contact of customers.</summary>
internal sealed record CustomerFigures : IReadModel
{
    private const string Differing = $"""
        select c.id from crm_read.customers c, crm_read.tenant_settings s
        where c.tenant_id = @TenantId and s.tenant_id = @TenantId and c.deleted_at is null and c.id > @After
          and ((c.won_value_amount, c.won_value_currency) is distinct from ({DerivedFigures.WonValue}, s.currency) or c.last_contact_date is distinct from {DerivedFigures.LastContact})
        order by c.id limit @Piece
        """;

    private const string Mend = $"""
        select c.id from crm.customers c where c.tenant_id = @TenantId and c.id = any(@Ids) order by c.id for no key update;
        {DerivedFigures.Refresh} and c.id = any(@Ids)
        """;

    public string Name => "customers' derived figures";

    public Task MendAsync(Mending mending, CancellationToken ct) => mending.ByIdAsync(Differing, Mend, null, ct);
}
