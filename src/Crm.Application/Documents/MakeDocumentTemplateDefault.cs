using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Domain.Documents;

namespace Crm.Application.Documents;

/// <summary>Makes a template the default of its type and language, instead of the one that is. INVALID_STATE: it is already.</summary>
[Requires(Permissions.DocumentTemplatesWrite)]
public sealed record MakeDocumentTemplateDefault(Guid Id) : ICommand<Guid>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "document-templates";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class MakeDocumentTemplateDefaultHandler(IDocumentTemplateRepository templates) : ICommandHandler<MakeDocumentTemplateDefault, Guid>
{
    public async Task<Guid> Handle(MakeDocumentTemplateDefault command, CancellationToken ct)
    {
        // Before any row: two that take each other's place would otherwise wait for each other.
        await templates.LockDefaultsAsync(ct);
        var template = await templates.GetAsync(command.Id, ct);
        template.MakeDefault();
        var former = await templates.FindDefaultAsync(template.Details.Type, template.Details.Language, ct);
        former?.StepDown();
        return template.Id;
    }
}

/// <summary>Loads document templates, and answers what only the database knows about them.</summary>
public interface IDocumentTemplateRepository : IRepository<DocumentTemplate>
{
    /// <summary>No other command makes one of the tenant's templates a default until the transaction ends.</summary>
    Task LockDefaultsAsync(CancellationToken ct);

    /// <summary>The default as it was before this transaction, locked; null when the built-in one is used.</summary>
    Task<DocumentTemplate?> FindDefaultAsync(DocumentType type, string language, CancellationToken ct);
}
