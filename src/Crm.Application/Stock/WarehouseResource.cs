using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Resources;
using Crm.Domain.Stock;

namespace Crm.Application.Stock;

/// <summary>The declaration of warehouses; every member of the tenant sees them.</summary>
public sealed class WarehouseResource : Resource<Warehouse, WarehouseDetails>
{
    /// <summary>Declares the members.</summary>
    public WarehouseResource() : base("warehouses", "warehouse")
    {
        KeptBy = [("stocks", "warehouse_id"), ("orders", "warehouse_id")];
        AreIndependent = true;
        Text(x => x.Name).Required().Search().Sort().Says("What it is called.", "\"Main warehouse\"");
        Text(x => x.Code).Required().Limit(50).Search().Sort().Says("What it is called for short; unique.", "\"SOF-1\"");
        Text(x => x.Address).Limit(2_000).Search().Says("Street and number.", "\"12 Harbour Road\"");
        Text(x => x.City).Search().Sort().Says("City.", "\"Varna\"");
        Text(x => x.Region).Sort().Says("Region.", "\"Varna\"");
        Text(x => x.PostalCode).Says("Postal code.", "\"9000\"");
        Text(x => x.Country).IsCountry().Sort();
        Boolean(x => x.IsActive).Says("Whether it takes goods in. What lies in an inactive one can still leave it.", "true");
        Boolean(x => x.IsDefault).Says("Whether orders that name no warehouse take from it. Making one the default takes that from the other.", "false");
        Common();
    }

    /// <inheritdoc/>
    protected override ICommand<Guid> Create(WarehouseDetails details) => new CreateWarehouse(details);

    /// <inheritdoc/>
    protected override ICommand<Guid> Update(Guid id, Patch<WarehouseDetails> patch) => new UpdateWarehouse(id, patch);
}

/// <summary>A warehouse's own members, as events carry them.</summary>
public sealed record WarehouseState : WarehouseDetails;

internal sealed class WarehouseStateProfile : StateProfile<Warehouse, WarehouseDetails, WarehouseState>;
