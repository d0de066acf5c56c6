using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.CustomFields;
using Crm.Domain.Common;
using Crm.Domain.CustomFields;
using Dapper;
using Npgsql;

namespace Crm.Infrastructure.Persistence;

/// <summary>Reads the definitions of a tenant, those out of use too: records still have values of them.</summary>
internal static class CustomFieldReader
{
    /// <summary>
    /// A number that grows with every committed change of a definition, and of what its index has; null when there is none. Neither can be taken back, and each counts one.
    /// </summary>
    public const string Stamp = "(select sum(f.version + f.built_generation) from crm_read.custom_fields f where f.tenant_id = @TenantId)";

    private const string Sql = """
        select f.number, f.entity, f.name, f.label, f.type, f.options, f.required, f."unique", f."default"::text as "default", f.searchable, f.indexed, f.description, f.position,
               f.retired_at is null and f.deleted_at is null as IsInUse, f.generation, f.built_generation = f.generation as IsBuilt, f.version + f.built_generation as Stamp
        from crm_read.custom_fields f where f.tenant_id = @TenantId
        """;

    /// <summary>The definitions, outside a transaction.</summary>
    public static async Task<CustomFieldSet> ReadAsync(NpgsqlConnection connection, Guid tenantId, CancellationToken ct)
    {
        await using var grid = await connection.QueryMultipleAsync(
            new CommandDefinition(TenantSession.SetTenant + Sql, new { TenantId = tenantId, TenantText = tenantId.ToString() }, cancellationToken: ct));
        await grid.ReadAsync<string>();
        return Of(await grid.ReadAsync<Row>());
    }

    /// <summary>The definitions as the command's transaction sees them.</summary>
    public static async Task<CustomFieldSet> ReadAsync(TenantSession session, CancellationToken ct) =>
        Of(await session.Connection.QueryAsync<Row>(new CommandDefinition(Sql, new { session.TenantId }, session.Transaction, cancellationToken: ct)));

    private static CustomFieldSet Of(IEnumerable<Row> read)
    {
        var rows = read.AsList();
        return new CustomFieldSet(rows.Sum(r => (long)r.Stamp), rows.Select(Definition));
    }

    private static CustomFieldDefinition Definition(Row row) => new(row.Number, new CustomFieldDetails
    {
        Entity = row.Entity,
        Name = row.Name,
        Label = row.Label,
        Type = Choices.TryParse(typeof(CustomFieldType), row.Type, out var type) ? (CustomFieldType)type : throw new InvalidOperationException($"{row.Type} is no type of custom fields."),
        Options = ValueList.Of(row.Options),
        Required = row.Required,
        Unique = row.Unique,
        Default = row.Default is null ? null : JsonSerializer.Deserialize<CustomValue>(row.Default, WireJson.Options),
        Searchable = row.Searchable,
        Indexed = row.Indexed,
        Description = row.Description,
        Position = row.Position,
    }, row.IsInUse, row.Generation, row.IsBuilt);

    // Properties, not parameters: the driver tells Dapper that an array is an Array.
    private sealed record Row
    {
        public int Number { get; init; }
        public string Entity { get; init; } = "";
        public string Name { get; init; } = "";
        public string? Label { get; init; }
        public string Type { get; init; } = "";
        public string[] Options { get; init; } = [];
        public bool Required { get; init; }
        public bool Unique { get; init; }
        public string? Default { get; init; }
        public bool Searchable { get; init; }
        public bool Indexed { get; init; }
        public string? Description { get; init; }
        public int? Position { get; init; }
        public bool IsInUse { get; init; }
        public int Generation { get; init; }
        public bool IsBuilt { get; init; }
        public int Stamp { get; init; }
    }
}
