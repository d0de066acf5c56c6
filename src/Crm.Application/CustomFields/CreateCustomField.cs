using Crm.Application.Abstractions;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.CustomFields;
using FluentValidation;

namespace Crm.Application.CustomFields;

/// <summary>Defines a new custom field; no record is touched. DUPLICATE: a field in use has the name. INVALID_STATE: the entity has 200 in use.</summary>
[Requires(Permissions.CustomFieldsWrite)]
public sealed record CreateCustomField(CustomFieldDetails Details) : ICommand<Guid>;

internal sealed class CreateCustomFieldValidator : AbstractValidator<CreateCustomField>
{
    public CreateCustomFieldValidator(CustomFieldResource fields) => RuleFor(c => c.Details).Meets(fields);
}

internal sealed class CreateCustomFieldHandler(ICustomFieldRepository fields, INumbers numbers, TimeProvider clock) : ICommandHandler<CreateCustomField, Guid>
{
    public async Task<Guid> Handle(CreateCustomField command, CancellationToken ct)
    {
        var field = CustomField.Define(Ids.New(clock.GetUtcNow()), (int)await numbers.NextAsync("custom field", ct), command.Details);
        fields.Add(field);
        return field.Id;
    }
}
