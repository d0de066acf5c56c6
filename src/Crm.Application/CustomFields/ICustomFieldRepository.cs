using Crm.Application.Abstractions;
using Crm.Domain.CustomFields;

namespace Crm.Application.CustomFields;

/// <summary>Custom fields, and the questions about the values that records have of them.</summary>
public interface ICustomFieldRepository : IRepository<CustomField>
{
    /// <summary>The name under which <see cref="IOutbox"/> brings existing records in step with a changed definition after commit.</summary>
    const string Upkeep = "custom-fields.upkeep";

    /// <summary>The field, living or deleted; null when there never was one.</summary>
    Task<CustomField?> FindEvenDeletedAsync(Guid id, CancellationToken ct);

    /// <summary>
    /// Until the transaction ends no record's values are written, and those being written now have been: what is decided about existing values holds for all of them.
    /// </summary>
    Task HoldValuesAsync(CancellationToken ct);

    /// <summary>How many fields an entity has in use, as of the last save.</summary>
    Task<int> CountInUseAsync(string entity, CancellationToken ct);

    /// <summary>True when a record has a longer text in this field.</summary>
    Task<bool> HasTextsLongerThanAsync(CustomField field, int characters, CancellationToken ct);

    /// <summary>Enters the values of living records into the field's index at once; how many there were, and whether any two are the same. Nothing is entered beyond <paramref name="most"/>.</summary>
    Task<(int Values, bool Repeated)> BuildIndexAsync(CustomField field, int most, CancellationToken ct);
}
