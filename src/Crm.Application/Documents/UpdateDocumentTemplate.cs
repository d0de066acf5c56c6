using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Records;
using Crm.Domain.Documents;

namespace Crm.Application.Documents;

/// <summary>Changes a document template; the former version stays readable. INVALID_STATE: it is the default and would be of another type or language.</summary>
[Requires(Permissions.DocumentTemplatesWrite)]
public sealed record UpdateDocumentTemplate(Guid Id, Patch<DocumentTemplateDetails> Changes) : ChangesRecord<DocumentTemplate, DocumentTemplateDetails>(Id, Changes);

internal sealed class UpdateDocumentTemplateHandler(IRepository<DocumentTemplate> templates, TemplateChecks checks) : ICommandHandler<UpdateDocumentTemplate, Guid>
{
    public async Task<Guid> Handle(UpdateDocumentTemplate command, CancellationToken ct)
    {
        var template = await templates.GetAsync(command.Id, ct);
        var before = template.Details;
        template.Revise(command.Changes.ApplyTo(before));
        if (template.Details != before) await checks.EnsureAsync(template.Details, before, ct);
        return template.Id;
    }
}
