using Crm.Api.Tests.Fixture;
using Crm.Application.Resources;
using Crm.Infrastructure.Persistence;
using Dapper;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Crm.Api.Tests.Schema;

/// <summary>The write model, the declarations of resources and the migrated schema say the same.</summary>
public sealed class ModelTests(CrmApi api)
{
    private sealed record Column(string Table, string Name, bool IsNullable, bool HasDefault, string? Expression);

    [Fact]
    public async Task Every_mapped_member_has_its_column()
    {
        var columns = (await ColumnsAsync()).Select(c => (c.Table, c.Name)).ToHashSet();
        var mapped = Mapped().ToList();
        mapped.Count.ShouldBeGreaterThan(200);
        mapped.Where(m => !columns.Contains(m)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_column_that_must_be_given_is_mapped()
    {
        var mapped = Mapped().ToHashSet();
        var tables = mapped.Select(m => m.Table).ToHashSet();
        (await ColumnsAsync()).Where(c => tables.Contains(c.Table) && !c.IsNullable && !c.HasDefault)
            .Where(c => !mapped.Contains((c.Table, c.Name))).ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_declared_member_can_be_read()
    {
        var resources = api.Services.GetRequiredService<ResourceCatalog>().All;
        await using var connection = new NpgsqlConnection(api.AppConnectionString);
        foreach (var resource in resources)
            await connection.ExecuteAsync($"select {string.Join(", ", resource.Fields.Select(f => $"{f.Select}, {f.Comparable}, {f.Sortable}"))} from crm_read.{resource.Table} t where false", new { TenantId = Guid.Empty });
    }

    [Fact]
    public async Task What_is_declared_to_be_searched_is_in_the_search_column()
    {
        var search = (await ColumnsAsync()).Where(c => c.Name == "search").ToDictionary(c => c.Table, c => c.Expression!);
        var resources = api.Services.GetRequiredService<ResourceCatalog>().All;
        resources.SelectMany(r => r.Fields.Where(f => f.Searched).Select(f => (Resource: r.Table, f.Column)))
            .Where(f => !System.Text.RegularExpressions.Regex.IsMatch(search.GetValueOrDefault(f.Resource, ""), $@"\b{f.Column}\b")).ShouldBeEmpty();
    }

    private IEnumerable<(string Table, string Name)> Mapped()
    {
        using var scope = api.Services.CreateScope();
        var model = scope.ServiceProvider.GetRequiredService<CrmDbContext>().Model;
        return [.. model.GetEntityTypes().SelectMany(e => Columns(e).Select(c => (e.GetTableName()!, c)))];
    }

    private static IEnumerable<string> Columns(ITypeBase type) =>
        type.GetProperties().Select(p => p.GetColumnName()).Concat(type.GetComplexProperties().SelectMany(c => Columns(c.ComplexType)));

    private async Task<IReadOnlyList<Column>> ColumnsAsync()
    {
        await using var connection = new NpgsqlConnection(api.OwnerConnectionString);
        return (await connection.QueryAsync<Column>("""
            select c.relname::text as Table, a.attname::text as Name, not a.attnotnull as IsNullable, d.adbin is not null as HasDefault,
                   pg_get_expr(d.adbin, d.adrelid) as Expression
            from pg_class c
            join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
            where c.relnamespace = 'crm'::regnamespace and c.relkind = 'r'
            """)).AsList();
    }
}
