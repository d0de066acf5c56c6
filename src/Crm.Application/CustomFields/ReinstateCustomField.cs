using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Domain.CustomFields;

namespace Crm.Application.CustomFields;

/// <summary>Takes a retired custom field into use again, with all values records have kept. One in use stays as it is. DUPLICATE: another field has its name now.</summary>
[Requires(Permissions.CustomFieldsWrite)]
public sealed record ReinstateCustomField(Guid Id) : ICommand<Guid>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "custom-fields";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class ReinstateCustomFieldHandler(ICustomFieldRepository fields) : ICommandHandler<ReinstateCustomField, Guid>
{
    public async Task<Guid> Handle(ReinstateCustomField command, CancellationToken ct)
    {
        var field = await fields.GetAsync(command.Id, ct);
        field.Reinstate();
        return field.Id;
    }
}
