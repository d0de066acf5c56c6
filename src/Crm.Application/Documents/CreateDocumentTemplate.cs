using Crm.Application.Abstractions;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.Documents;
using FluentValidation;

namespace Crm.Application.Documents;

/// <summary>Adds a document template. What its example would not be made with is refused: a mistake, an unknown variable, HTML or CSS that is not allowed.</summary>
[Requires(Permissions.DocumentTemplatesWrite)]
public sealed record CreateDocumentTemplate(DocumentTemplateDetails Details) : ICommand<Guid>;

internal sealed class CreateDocumentTemplateValidator : AbstractValidator<CreateDocumentTemplate>
{
    public CreateDocumentTemplateValidator(DocumentTemplateResource templates) => RuleFor(c => c.Details).Meets(templates);
}

internal sealed class CreateDocumentTemplateHandler(IRepository<DocumentTemplate> templates, TemplateChecks checks, TimeProvider clock) : ICommandHandler<CreateDocumentTemplate, Guid>
{
    public async Task<Guid> Handle(CreateDocumentTemplate command, CancellationToken ct)
    {
        var template = DocumentTemplate.Draft(Ids.New(clock.GetUtcNow()), command.Details);
        await checks.EnsureAsync(template.Details, null, ct);
        templates.Add(template);
        return template.Id;
    }
}
