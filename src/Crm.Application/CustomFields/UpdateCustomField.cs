using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Records;
using Crm.Domain.CustomFields;

namespace Crm.Application.CustomFields;

/// <summary>
/// Changes a definition. A new name keeps all values; entity and type never change. DUPLICATE: the name is taken, or values are not unique. INVALID_STATE: records
/// have more values, or longer ones, than can become unique or indexed.
/// </summary>
[Requires(Permissions.CustomFieldsWrite)]
public sealed record UpdateCustomField(Guid Id, Patch<CustomFieldDetails> Changes) : ChangesRecord<CustomField, CustomFieldDetails>(Id, Changes);

internal sealed class UpdateCustomFieldHandler(ICustomFieldRepository fields) : RevisesRecord<UpdateCustomField, CustomField, CustomFieldDetails>(fields);
