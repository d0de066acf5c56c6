using Crm.Application.Resources;
using Crm.Infrastructure.Persistence;
using Crm.Infrastructure.Verification;

namespace Crm.Infrastructure.Rebuilding;

/// <summary>All that is kept beside the records and follows from them.</summary>
internal sealed class ReadModels
{
    private readonly IReadOnlyList<RecordsModel> _words;
    private readonly Telephones _telephones = new();
    private readonly Scores _scores = new();

    public ReadModels(ResourceCatalog resources)
    {
        _words = [.. resources.All.Where(r => r.TakesCustomFields).Select(r => SearchWords.Of(r.Table))];
        All =
        [
            new SumsModel("the sums of the pipeline report", DealFigures.Mend), new SumsModel("the ledger of recurring revenue", RecurringRevenueLedger.Mend), new SumsModel("the counts of tags", TagCounts(resources)), new SumsModel("the uses of plans", PlanUsageCheck.Mend(resources)), new CustomerFigures(), new FieldIndexes(), .. _words, _telephones,
            People.Reached, People.Linked, new SumsModel("the counters", Counters), WebhookRows.Model, Alarms.Model, _scores,
        ];
    }

    /// <summary>Each of them.</summary>
    public IReadOnlyList<IReadModel> All { get; }

    /// <summary>Looks whether they are right, but for those that have a check of their own.</summary>
    public IReadOnlyList<ITenantCheck> Checks => [.. _words, _telephones, People.Linked, WebhookRows.Model, Alarms.Check, _scores];

    private static string TagCounts(ResourceCatalog resources) => $"""
        insert into crm.tag_counts as c (tenant_id, resource, tag, slot, count)
        select @TenantId, resource, tag, 0, coalesce(counted.n, 0) - coalesce(kept.n, 0) from ({TagCountsCheck.Kept}) as kept full join ({TagCountsCheck.Counted(resources)}) as counted using (resource, tag)
        where coalesce(kept.n, 0) <> coalesce(counted.n, 0) order by resource, tag
        on conflict (tenant_id, resource, tag, slot) do update set count = c.count + excluded.count
        """;

    // Never less than there is: somebody may be taking the next number.
    private const string Counters = """
        insert into crm.counters as k (tenant_id, name, value)
        select @TenantId, given.name, given.value from (
          select 'customer' as name, max(substr(c.number, 3)::bigint) as value from crm_read.customers c where c.tenant_id = @TenantId and c.number ~ '^C-[0-9]{1,18}$'
          union all
          select 'invoice ' || coalesce(i.series, '') || to_char(i.issue_date, 'YYYY'), max(substring(i.number from '[0-9]+$')::bigint) from crm_read.invoices i
          where i.tenant_id = @TenantId and i.number is not null group by 1
          union all
          select 'custom field', max(f.number) from crm_read.custom_fields f where f.tenant_id = @TenantId) as given
        where given.value > coalesce((select n.value from crm_read.counters n where n.tenant_id = @TenantId and n.name = given.name), 0)
        on conflict (tenant_id, name) do update set value = greatest(k.value, excluded.value)
        """;
}
