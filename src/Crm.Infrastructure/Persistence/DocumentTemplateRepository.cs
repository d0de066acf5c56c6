using Crm.Application.Abstractions;
using Crm.Application.Documents;
using Crm.Domain.Documents;
using Dapper;

namespace Crm.Infrastructure.Persistence;

internal sealed class DocumentTemplateRepository(CrmDbContext db, TenantSession session, IRequestContext context) : Repository<DocumentTemplate>(db, context), IDocumentTemplateRepository
{
    public Task LockDefaultsAsync(CancellationToken ct) => session.Connection.ExecuteAsync(new CommandDefinition(
        "select pg_advisory_xact_lock(hashtextextended(@TenantId::text || 'default document templates', 0))", new { session.TenantId }, session.Transaction, cancellationToken: ct));

    public Task<DocumentTemplate?> FindDefaultAsync(DocumentType type, string language, CancellationToken ct) =>
        FirstAsync(templates => templates.Where(t => t.IsDefault && t.Details.Type == type && t.Details.Language == language && t.DeletedAt == null), ct);
}
