using Crm.Application.Abstractions;
using Crm.Application.Contacts;
using Crm.Application.Customers;
using Crm.Application.Deals;
using Crm.Application.Leads;
using Crm.Application.Listing;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.Documents;

namespace Crm.Application.Documents;

/// <summary>Letters and e-mails to a customer, contact, lead, or about a deal to its customer or contact. Only what the caller may read is seen.</summary>
internal sealed class CorrespondenceData(RecordReader records, CustomerResource customers, ContactResource contacts, LeadResource leads, DealResource deals, IReadDb db,
    IRequestContext context, TimeProvider clock) : IDocumentData
{
    private const string AuthorSql = "select m.full_name as FullName, m.email as Email from crm_read.members m where m.tenant_id = @TenantId and m.id = @Id";

    public bool Serves(DocumentType type) => type is DocumentType.Letter or DocumentType.Email;

    public async Task<DocumentContent?> FindAsync(DocumentType type, Guid recordId, string language, CancellationToken ct)
    {
        var deal = await SeenAsync(deals, recordId, ct);
        var recipient = deal is null ? await RecipientAsync(recordId, language, ct)
            : await RecipientAsync(deal["contactId"] as Guid?, language, ct) ?? await RecipientAsync(deal["customerId"] as Guid?, language, ct) ?? new PrintedParty((string)deal["title"]!);
        if (recipient is null) return null;
        var author = await db.FirstOrDefaultAsync<AuthorRow>(AuthorSql, new { Id = context.Caller.UserId }, ct);
        var tenant = context.Caller.Tenant;
        var letter = new PrintedLetter(type, TimeZones.DayIn(tenant.TimeZone, clock.GetUtcNow()), new PrintedParty(tenant.Name), author?.FullName ?? tenant.Name, author?.Email ?? "", recipient)
        {
            DealTitle = deal?["title"] as string,
            DealValue = deal?["value"] is Money value ? new DocumentForms(language, value.Currency).Money(value.Amount) : null,
        };
        return new DocumentContent(letter.ToVariables(language), null);
    }

    private async Task<PrintedParty?> RecipientAsync(Guid? recordId, string language, CancellationToken ct)
    {
        if (recordId is not { } id) return null;
        if (await SeenAsync(customers, id, ct) is { } customer)
            return new PrintedParty((string)customer["name"]!) { AddressLines = Address(customer, language), Email = customer["email"]?.ToString(), Phone = customer["phone"]?.ToString() };
        if (await SeenAsync(contacts, id, ct) is { } contact)
            return new PrintedParty($"{contact["firstName"]} {contact["lastName"]}".Trim());
        return await SeenAsync(leads, id, ct) is { } lead ? new PrintedParty((string)lead["name"]!) { Email = lead["email"]?.ToString(), Phone = lead["phone"]?.ToString() } : null;
    }

    private async Task<RecordRow?> SeenAsync(Resource resource, Guid id, CancellationToken ct) =>
        context.Caller.May(resource.Permission("read")) ? await records.FindAsync(resource, id, new ListRequest(), ct) : null;

    private static IReadOnlyList<string> Address(RecordRow row, string language) =>
        PrintedParty.Lines(row["address"] as string, row["postalCode"] as string, row["city"] as string, row["country"] as string, language);

    private sealed record AuthorRow(string FullName, string Email);
}
