using Crm.Application.Abstractions;
using Crm.Application.CustomFields;
using Crm.Application.Leads;
using Crm.Application.Listing;
using Crm.Application.Resources;
using Crm.Domain.CustomFields;
using Crm.Domain.Members;
using Crm.Domain.Tenants;
using static Crm.Api.Tests.Schema.SchemaFixture;

namespace Crm.Api.Tests.Schema;

/// <summary>Lists by an indexed custom field, in the very SQL they are asked with, are read along its index: a page of them costs the same in a large tenant as in a small one.</summary>
[Collection(nameof(SchemaCollection))]
public sealed class CustomFieldPlanTests(SchemaFixture schema)
{
    private const string Tenant = "00000000-0000-7000-8000-000000000100";
    private static readonly LeadResource Leads = new();

    [Theory]
    [InlineData("ix_custom_values_text", "customFields.tier=tier1")]
    [InlineData("ix_custom_values_text", "customFields.tier=tier1&sort=createdAt")]
    [InlineData("ix_custom_values_text", "customFields.tier=tier1&status=NEW")]
    [InlineData("ix_custom_values_text", "customFields.code=code7")]
    [InlineData("ix_custom_values_text_order", "sort=customFields.tier")]
    [InlineData("ix_custom_values_text_order", "sort=-customFields.code&status=NEW")]
    [InlineData("ix_custom_values_number_order", "sort=customFields.score")]
    [InlineData("ix_custom_values_number_order", "sort=-customFields.score")]
    public async Task Read_in_the_index_s_order(string index, string query)
    {
        var plan = await PlanAsync(query);
        plan.ShouldContain($"{index} on custom_values");
        plan.ShouldContain("pk_leads");
        plan.ShouldNotContain("Sort Key");
        plan.ShouldNotContain("Seq Scan");
    }

    [Theory]
    [InlineData("ix_custom_values_number", "customFields.score=500")]
    [InlineData("ix_custom_values_text", "customFields.code=code7,code9")]
    [InlineData("ix_custom_values_number", "customFields.score[gt]=998")]
    [InlineData("ix_custom_values_text", "customFields.code=code7&sort=name")]
    public async Task Find_the_few_that_match(string index, string query) => (await PlanAsync(query)).ShouldContain($" {index}");

    private async Task<string> PlanAsync(string query)
    {
        var caller = new Caller(Guid.NewGuid(), Guid.Parse(Tenant), Role.Owner, null, Permissions.Of(Role.Owner), new TenantProfile("x", "EUR", null, "en", "UTC", RecordVisibility.All, true))
        {
            CustomFields = new CustomFieldSet(1,
            [
                Field(1, "tier", CustomFieldType.Text), Field(2, "code", CustomFieldType.Text), Field(3, "score", CustomFieldType.Number),
            ]),
        };
        var request = ListParser.FromQuery(new ResourceMembers(Leads, caller.CustomFields.Of("leads")), query.Split('&').Select(p => p.Split('=')).Select(p => KeyValuePair.Create(p[0], p[1])));
        var list = new ListSql(Leads, request, caller);
        var sql = list.Page().ShouldHaveSingleItem();
        foreach (var (name, value) in list.Parameters.OrderByDescending(p => p.Key.Length))
            sql = sql.Replace($"@{name}", value is string text ? $"'{text}'" : value is string[] texts ? $"'{{{string.Join(',', texts)}}}'::text[]" : FormattableString.Invariant($"{value}"), StringComparison.Ordinal);
        return string.Join('\n', await RowsAsync((await schema.ManyLeads).App, $"begin; select set_config('app.tenant_id', '{Tenant}', true); explain {sql.Replace("@TenantId", $"'{Tenant}'::uuid", StringComparison.Ordinal)}"));
    }

    private static CustomFieldDefinition Field(int number, string name, CustomFieldType type) =>
        new(number, new CustomFieldDetails { Entity = "leads", Name = name, Type = type, Indexed = true }, true, 0, true);
}
