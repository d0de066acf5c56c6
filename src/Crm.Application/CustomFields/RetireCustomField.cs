using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Domain.CustomFields;

namespace Crm.Application.CustomFields;

/// <summary>Takes a custom field out of use: records no longer have it as a member, and keep what they have. A retired one stays as it is.</summary>
[Requires(Permissions.CustomFieldsWrite)]
public sealed record RetireCustomField(Guid Id) : ICommand<Guid>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "custom-fields";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class RetireCustomFieldHandler(ICustomFieldRepository fields, TimeProvider clock) : ICommandHandler<RetireCustomField, Guid>
{
    public async Task<Guid> Handle(RetireCustomField command, CancellationToken ct)
    {
        var field = await fields.GetAsync(command.Id, ct);
        field.Retire(clock.GetUtcNow());
        return field.Id;
    }
}
