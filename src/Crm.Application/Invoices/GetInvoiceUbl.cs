using Crm.Application.Abstractions;
using Crm.Application.Files;
using Crm.Application.Listing;
using Crm.Domain.Common;

namespace Crm.Application.Invoices;

/// <summary>The issued document as UBL 2.1 after EN 16931: an Invoice, or a CreditNote. INVALID_STATE: it is a draft.</summary>
[Requires(Permissions.InvoicesRead)]
public sealed record GetInvoiceUbl(Guid Id) : IQuery<FileContent>;

internal sealed class GetInvoiceUblHandler(RecordReader records, InvoiceResource invoices, IReadDb db) : IQueryHandler<GetInvoiceUbl, FileContent>
{
    private const string Preceding = """
        select i.number as Number, i.issue_date as IssueDate from crm_read.invoices i where i.tenant_id = @TenantId and i.id = @Id
        """;

    public async Task<FileContent> Handle(GetInvoiceUbl query, CancellationToken ct)
    {
        var row = await records.FindAsync(invoices, query.Id, new ListRequest(), ct) ?? throw CrmException.NotFound(invoices.Singular);
        var document = IssuedDocument.Of(row);
        var preceding = document.CreditedInvoiceId is { } id ? await db.FirstOrDefaultAsync<UblReference>(Preceding, new { Id = id }, ct) : null;
        return FileContent.Of($"{document.Number}.xml", "application/xml", new UblDocument(document, preceding).ToBytes(), document.IssuedAt);
    }
}
