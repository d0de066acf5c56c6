using Crm.Domain.Common;

namespace Crm.Domain.Stock;

/// <summary>What users state about a warehouse.</summary>
public record WarehouseDetails : RecordDetails
{
    /// <summary>What it is called, 1–300 characters.</summary>
    public required string Name { get; init; }
    /// <summary>What it is called for short: unique among living warehouses, 1–50 characters.</summary>
    public required string Code { get; init; }
    /// <summary>Street and number.</summary>
    public string? Address { get; init; }
    /// <summary>City.</summary>
    public string? City { get; init; }
    /// <summary>Region.</summary>
    public string? Region { get; init; }
    /// <summary>Postal code.</summary>
    public string? PostalCode { get; init; }
    /// <summary>ISO 3166-1 alpha-2.</summary>
    public string? Country { get; init; }
    /// <summary>Whether it takes goods in. What lies in an inactive one can still leave it.</summary>
    public bool IsActive { get; init; } = true;
    /// <summary>Whether orders that name no warehouse take from it; at most one does that.</summary>
    public bool IsDefault { get; init; }
}

/// <summary>A place where goods lie; every member sees it.</summary>
public sealed class Warehouse : Record<Warehouse, WarehouseDetails>, IUnrestricted
{
    private Warehouse() { }

    /// <summary>Sets up a new warehouse. Raises <see cref="Created{Warehouse}"/>.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED: no name, no code, an unknown country.</exception>
    public static Warehouse Establish(Guid id, WarehouseDetails details)
    {
        var warehouse = new Warehouse { Id = id };
        warehouse.Begin(details);
        return warehouse;
    }

    /// <summary>Another warehouse has become the default. Raises <see cref="Updated{Warehouse}"/>.</summary>
    public void StepDown() => Revise(Details with { IsDefault = false });

    /// <inheritdoc/>
    protected override void Guard(WarehouseDetails? before, WarehouseDetails after)
    {
        Require.Text(after.Name, "name");
        Require.Text(after.Code, "code");
        Require.Country(after.Country, "country");
    }
}
