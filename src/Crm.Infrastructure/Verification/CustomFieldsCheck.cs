using Crm.Infrastructure.Rebuilding;

namespace Crm.Infrastructure.Verification;

/// <summary>
/// Every custom field that is declared indexed or unique has its index, or somebody is about to build it; and an index that is built has the
/// values of the living records, all of them and no others.
/// </summary>
internal sealed class CustomFieldsCheck : ITenantCheck
{
    public string Name => "every index of a custom field is there, with the values there are";

    public async Task RunAsync(TenantRows rows, CheckReport report, CancellationToken ct)
    {
        foreach (var field in await FieldIndex.ReadAsync(rows, ct))
        {
            report.Look();
            if (!field.IsBuilt)
            {
                if (!field.IsAwaited) report.Note($"custom field {field.Id} of tenant {rows.TenantId}: what was declared is not built, and nobody is about to");
            }
            else if (field.IsKept)
                foreach (var record in await rows.QueryAsync<Guid>(field.Differing("is not null"), field.With(new { }), ct))
                    report.Note($"custom field {field.Id} of tenant {rows.TenantId}: its index has not the value of record {record}");
        }
    }
}
