using Crm.Application.Abstractions;
using Crm.Application.Documents;
using Crm.Domain.Documents;

namespace Crm.Infrastructure.Persistence;

internal sealed class DocumentTemplateRepository(CrmDbContext db, TenantSession session, IRequestContext context) : Repository<DocumentTemplate>(db, context), IDocumentTemplateRepository
{
    public Task LockDefaultsAsync(CancellationToken ct) => session.HoldAsync("default document templates", ct);

    public Task<DocumentTemplate?> FindDefaultAsync(DocumentType type, string language, CancellationToken ct) =>
        FirstAsync(templates => templates.Where(t => t.IsDefault && t.Details.Type == type && t.Details.Language == language && t.DeletedAt == null), ct);
}
