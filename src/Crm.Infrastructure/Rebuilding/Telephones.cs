using Crm.Application.Tenants;
using Crm.Domain.Common;
using Crm.Infrastructure.Persistence;
using Crm.Infrastructure.Verification;
using Microsoft.EntityFrameworkCore;

namespace Crm.Infrastructure.Rebuilding;

/// <summary>The digits that stand beside telephone numbers, by which any spelling finds them, in the country that the tenant is in now.</summary>
internal sealed class Telephones : IReadModel, ITenantCheck
{
    private readonly IReadOnlyList<Column> _columns = Columns();

    string IReadModel.Name => "the digits of telephone numbers";

    string ITenantCheck.Name => "telephone numbers are found by their digits";

    public async Task MendAsync(Mending mending, CancellationToken ct)
    {
        foreach (var column in _columns)
            for (Guid? after = Guid.Empty; after is { } from;)
            {
                (after, var mended) = await mending.InOneAsync(async rows =>
                {
                    var read = await ReadAsync(rows, column, $"> @After order by t.id limit {Mending.Piece}", new { After = from }, ct);
                    var differing = read.Where(r => r.Differs).Select(r => r.Id).ToArray();
                    if (differing.Length > 0)
                    {
                        await rows.ExecuteAsync($"select t.id from crm.{column.Table} t where t.tenant_id = @TenantId and t.id = any(@Ids) order by t.id for no key update", new { Ids = differing }, ct);
                        foreach (var row in await ReadAsync(rows, column, "= any(@Ids)", new { Ids = differing }, ct))
                            await rows.ExecuteAsync($"update crm.{column.Table} t set {column.Digits} = {(column.IsList ? "@All" : "@All[1]")} where t.tenant_id = @TenantId and t.id = @Id", new { row.Id, All = row.Right }, ct);
                    }
                    return (read.Count == Mending.Piece ? read[^1].Id : (Guid?)null, differing.Length);
                }, ct);
                mending.Report.Mended(mended);
            }
    }

    public async Task RunAsync(TenantRows rows, CheckReport report, CancellationToken ct)
    {
        // After a change of the country the service is at it.
        if ((await rows.QueryAsync<bool>("select exists (select from crm.outbox o where o.tenant_id = @TenantId and o.sink = @Sink)", new { Sink = TenantSinks.Telephones }, ct))[0]) return;
        foreach (var column in _columns)
        {
            var read = await ReadAsync(rows, column, "is not null", null, ct);
            report.Look(read.Count);
            foreach (var row in read.Where(r => r.Differs)) report.Note($"{column.Table} {row.Id} of tenant {rows.TenantId}: {column.Digits}");
        }
    }

    private static async Task<IReadOnlyList<Row>> ReadAsync(TenantRows rows, Column column, string which, object? parameters, CancellationToken ct)
    {
        var (phones, digits) = column.IsList ? ($"t.{column.Phone}", $"t.{column.Digits}") : ($"array_remove(array[t.{column.Phone}], null)", $"array_remove(array[t.{column.Digits}], null)");
        return await rows.QueryAsync<Row>($"""
            select t.id as Id, {phones} as Phones, {digits} as Kept, s.country as Country from crm_read.{column.Table} t, crm_read.tenant_settings s
            where t.tenant_id = @TenantId and s.tenant_id = @TenantId and (cardinality({phones}) > 0 or cardinality({digits}) > 0) and t.id {which}
            """, parameters, ct);
    }

    // As the mapping names them: what has digits beside it is found, not listed.
    private static List<Column> Columns()
    {
        using var db = new CrmDbContext(new DbContextOptionsBuilder<CrmDbContext>().UseNpgsql().Options);
        return [.. from type in db.Model.GetEntityTypes()
            from digits in type.GetProperties()
            where digits.IsShadowProperty() && digits.Name.EndsWith(AggregateMapping.Digits, StringComparison.Ordinal)
            let phone = type.FindComplexProperty("Details")!.ComplexType.FindProperty(digits.Name[..^AggregateMapping.Digits.Length])!
            select new Column(type.GetTableName()!, phone.GetColumnName(), digits.GetColumnName(), digits.ClrType == typeof(string[]))];
    }

    private sealed record Column(string Table, string Phone, string Digits, bool IsList);

    private sealed record Row
    {
        public Guid Id { get; init; }
        public string[] Phones { get; init; } = [];
        public string[] Kept { get; init; } = [];
        public string? Country { get; init; }

        public string[] Right => [.. Phones.Select(p => PhoneNumber.TryParse(p, out var phone) ? phone.Digits(Country) : null).OfType<string>().Distinct()];

        public bool Differs => !Right.SequenceEqual(Kept, StringComparer.Ordinal);
    }
}
