using Crm.Application.Abstractions;
using Crm.Application.Listing;
using Crm.Domain.Common;
using Crm.Domain.Leads;

namespace Crm.Application.Leads;

/// <summary>
/// Creates the customer in the registry, when there is one, before the lead is converted; the lead's id is the idempotency key, so a
/// repeated or failed conversion never makes two there. What the conversion will refuse anyway is not announced. When the registry is
/// down the conversion is refused with UNAVAILABLE, and the lead stays as it is.
/// </summary>
internal sealed class RegisterCustomerBeforeConversion(IEnumerable<IRegistryClient> registries, RecordReader records, LeadResource leads,
    ConversionMatches matches, IRequestContext context) : IPreparation<ConvertLead>
{
    public async Task PrepareAsync(ConvertLead command, CancellationToken ct)
    {
        if (command.CustomerId is not null || registries.FirstOrDefault() is not { } registry) return;
        if (await records.FindAsync(leads, command.Id, new ListRequest(), ct) is not { } lead || lead["convertedAt"] is not null) return;
        if (context.Precondition is { Versions: { } seen } && !seen.Contains(lead.Version!.Value)) return;
        var (name, email, company) = ((string)lead["name"]!, (string?)lead["email"], (string?)lead["company"]);
        var stated = new LeadDetails { Name = name, Company = company, Email = email is null ? null : EmailAddress.Parse(email, "email") };
        if ((await matches.OfAsync(stated, null, ct)).EmailOwnerId is not null) return;
        var customer = LeadConversion.CustomerOf(stated, null);
        command.RegistryId = await registry.CreateCustomerAsync(new RegistryCustomer(customer.Name, email, (string?)lead["phone"], company), command.Id.ToString(), ct);
    }
}
