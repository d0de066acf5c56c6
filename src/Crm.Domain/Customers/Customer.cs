using System.Globalization;
using Crm.Domain.Common;

namespace Crm.Domain.Customers;

/// <summary>
/// The party we sell to: a commercial account. What it derives from deals and activities (won value, last contact) lives beside the
/// record, not in it.
/// </summary>
public sealed class Customer : Record<Customer, CustomerDetails>
{
    private Customer() { }

    /// <summary>The tenant's own number of the account, such as C-000001; never changes.</summary>
    public string Number { get; private init; } = "";

    /// <summary>The customer's id in the registry service, when there is one.</summary>
    public string? RegistryId { get; private init; }

    /// <inheritdoc/>
    public override Guid? OwnerId => Details.OwnerId;

    /// <summary>
    /// Opens an account; <paramref name="number"/> is the next one of the tenant's sequence. Raises <see cref="Created{Customer}"/>, which
    /// starts the onboarding.
    /// </summary>
    /// <exception cref="CrmException">VALIDATION_FAILED: no name, an unknown country, a negative credit limit.</exception>
    public static Customer Open(Guid id, long number, CustomerDetails details, string? registryId = null)
    {
        var customer = new Customer { Id = id, Number = NumberOf(number), RegistryId = registryId };
        customer.Begin(details);
        return customer;
    }

    /// <summary>The account number as it is written: six digits or more.</summary>
    public static string NumberOf(long number) => "C-" + number.ToString("D6", CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    protected override void Guard(CustomerDetails? before, CustomerDetails after)
    {
        Require.Text(after.Name, "name");
        Require.Country(after.Country, "country");
        Require.NotNegative(after.CreditLimit, "creditLimit.amount");
    }
}
