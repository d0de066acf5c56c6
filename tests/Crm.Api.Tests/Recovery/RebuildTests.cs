using Crm.Domain.Common;
using static Crm.Api.Tests.Postgres.ThrowAwayCluster;
using static Crm.Api.Tests.Recovery.RebuildFixture;

namespace Crm.Api.Tests.Recovery;

/// <summary>What is kept beside records is broken by hand, found by <c>./run verify</c> and mended by <c>./run rebuild</c>.</summary>
public sealed class RebuildTests(RebuildFixture fixture) : IClassFixture<RebuildFixture>
{
    [Fact]
    public async Task Nothing_is_wrong_with_a_database_that_has_records_of_every_kind_and_nothing_is_changed_in_it()
    {
        var (app, superuser) = await fixture.CopyAsync();
        var (right, lines) = await fixture.VerifyAsync(app);
        lines.ShouldAllBe(line => line.StartsWith("ok ", StringComparison.Ordinal), string.Join('\n', lines));
        right.ShouldBeTrue();
        var told = (await ScalarAsync<string[]>(superuser, "select array_agg(distinct aggregate_type) from crm.events"))!;
        typeof(AggregateRoot).Assembly.GetTypes().Where(t => t is { IsAbstract: false } && t.IsSubclassOf(typeof(AggregateRoot))).Select(RecordName.Of).Except(told).ShouldBeEmpty("records of every kind are there");

        var before = await ContentAsync(superuser);
        (await RebuildAsync(app)).ShouldAllBe(line => line.StartsWith("same ", StringComparison.Ordinal));
        (await ContentAsync(superuser)).ShouldBe(before);
    }

    private static readonly (string Sql, string Model, string Check)[] Altered =
    [
        ("update crm.deal_figures set value = value + 1, deals = deals - 1", "the sums of the pipeline report", "the sums of the pipeline report are what"),
        ("update crm.recurring_revenue_entries set monthly_amount = monthly_amount + 1", "the ledger of recurring revenue", "the ledger of recurring revenue ends with"),
        ("update crm.tag_counts set count = count + 1", "the counts of tags", "tags are counted"),
        ("update crm.customers set won_value_amount = 7, last_contact_date = null", "customers' derived figures", "customers' derived figures are"),
        ("update crm.custom_values set text_value = 'other', unique_value = null where text_value is not null", "the indexes of custom fields", "every index of a custom field"),
        ("update crm.custom_values set number_value = number_value + 1 where number_value is not null", "the indexes of custom fields", "every index of a custom field"),
        ("update crm.leads set custom_words = 'nonsense'", "the words of custom fields that searches of leads find", "the words of custom fields that searches of leads find"),
        ("update crm.leads set phone_digits = '1'; update crm.contacts set phones_digits = '{1}'", "the digits of telephone numbers", "telephone numbers are found"),
        ("update crm.user_tenants set is_active = not is_active", "the tenants that users reach", "members and the users"),
        ("update crm.member_link_lookup set user_id = gen_random_uuid()", "the look-up of linked sign-ins", "the look-up of linked sign-ins"),
        ("update crm.counters set value = 0", "the counters", "no number was given"),
        ("update crm.webhook_endpoints set is_open = not is_open, slots = 9", "the queue of webhooks", "the queue of webhooks"),
    ];

    private static readonly (string Sql, string Model, string Check)[] Lost =
    [
        ("delete from crm.deal_figures", "the sums of the pipeline report", "the sums of the pipeline report are what"),
        ("delete from crm.recurring_revenue_entries", "the ledger of recurring revenue", "the ledger of recurring revenue ends with"),
        ("delete from crm.tag_counts", "the counts of tags", "tags are counted"),
        ("update crm.customers set won_value_amount = null, won_value_currency = null", "customers' derived figures", "customers' derived figures are"),
        ("delete from crm.custom_values", "the indexes of custom fields", "every index of a custom field"),
        ("update crm.leads set custom_words = null", "the words of custom fields that searches of leads find", "the words of custom fields that searches of leads find"),
        ("update crm.customers set mobile_digits = null", "the digits of telephone numbers", "telephone numbers are found"),
        ("delete from crm.user_tenants", "the tenants that users reach", "members and the users"),
        ("delete from crm.member_link_lookup", "the look-up of linked sign-ins", "the look-up of linked sign-ins"),
        ("delete from crm.counters", "the counters", "no number was given"),
        ("delete from crm.webhook_endpoints; delete from crm.webhook_lanes", "the queue of webhooks", "the queue of webhooks"),
        ("update crm.leads set computed_score = null", "the scores of leads", "open leads are scored"),
        ("delete from crm.outbox_later", "what goes on by itself", "what goes on by itself"),
    ];

    private static readonly (string Sql, string Model, string Check)[] Odd =
    [
        ("insert into crm.deal_figures select tenant_id, gen_random_uuid(), pipeline_id, stage_id, status, owner_id, team_id, 'XXX', closed_month, 1, 1, 1, 1, 1, 1 from crm.deal_figures limit 1", "the sums of the pipeline report", "the sums of the pipeline report are what"),
        ("insert into crm.recurring_revenue_entries select tenant_id, gen_random_uuid(), recurring_invoice_id, customer_id, '2999-01-01', 5, 'XXX' from crm.recurring_revenue_entries limit 1", "the ledger of recurring revenue", "the ledger of recurring revenue ends with"),
        ("insert into crm.tag_counts select tenant_id, resource, 'nobody has it', slot, 3 from crm.tag_counts limit 1", "the counts of tags", "tags are counted"),
        ("insert into crm.custom_values select tenant_id, gen_random_uuid(), field, n, text_value, number_value, null, created_at from crm.custom_values limit 3", "the indexes of custom fields", "every index of a custom field"),
        ("update crm.custom_fields set built_generation = 0, generation = greatest(generation, 1) where name = 'size'", "the indexes of custom fields", "every index of a custom field"),
        ("insert into crm.member_link_lookup select '\\x00', tenant_id, member_id from crm.member_links limit 1", "the look-up of linked sign-ins", "the look-up of linked sign-ins"),
        ("insert into crm.webhook_endpoints select tenant_id, gen_random_uuid(), true, 1 from crm.webhook_endpoints limit 1", "the queue of webhooks", "the queue of webhooks"),
        ("delete from crm.webhook_lanes", "the queue of webhooks", "the queue of webhooks"),
    ];

    [Theory]
    [InlineData(nameof(Altered))]
    [InlineData(nameof(Lost))]
    [InlineData(nameof(Odd))]
    public async Task What_is_broken_is_found_and_mended_and_found_no_more(string how)
    {
        var (app, superuser) = await fixture.CopyAsync();
        var damage = how switch { nameof(Altered) => Altered, nameof(Lost) => Lost, _ => Odd };
        foreach (var (sql, _, _) in damage) await ExecuteAsync(superuser, sql);
        var (_, found) = await fixture.VerifyAsync(app);
        foreach (var (sql, _, check) in damage) found.ShouldContain(line => line.StartsWith($"WRONG  {check}", StringComparison.Ordinal), sql);
        found.Count(line => line.StartsWith("WRONG", StringComparison.Ordinal)).ShouldBe(damage.Select(d => d.Check).Distinct().Count(), string.Join('\n', found));

        var broken = await ContentAsync(superuser);
        var told = await RebuildAsync(app, keeps: false);
        foreach (var (sql, model, _) in damage) told.ShouldContain(line => line.StartsWith($"differs {model}: ", StringComparison.Ordinal), sql);
        (await ContentAsync(superuser)).ShouldBe(broken, "a dry run changes nothing");

        (await RebuildAsync(app)).Select(line => line.Replace("mended  ", "differs ", StringComparison.Ordinal)).ShouldBe(told, "and tells what would be");
        var (right, lines) = await fixture.VerifyAsync(app);
        right.ShouldBeTrue(string.Join('\n', lines));
        (await RebuildAsync(app)).ShouldAllBe(line => line.StartsWith("same ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_tenant_alone_is_mended_when_it_is_named()
    {
        var (app, superuser) = await fixture.CopyAsync();
        await ExecuteAsync(superuser, "delete from crm.tag_counts");
        await RebuildAsync(app, tenant: fixture.TenantId);
        (await ScalarAsync<Guid[]>(superuser, "select array_agg(distinct tenant_id) from crm.tag_counts")).ShouldBe([fixture.TenantId]);
        await Should.ThrowAsync<Infrastructure.Postgres.StartupException>(() => RebuildAsync(app, tenant: Guid.NewGuid()));
    }

    [Fact]
    public async Task What_cannot_be_mended_is_named_and_the_rest_is_mended()
    {
        var (app, superuser) = await fixture.CopyAsync();
        // Two records with a value that must be there once.
        await ExecuteAsync(superuser, """
            update crm.leads l set custom_fields = l.custom_fields || jsonb_build_object(f.number::text, 'T1') from crm.custom_fields f where f.name = 'taxId' and f.tenant_id = l.tenant_id and l.name = 'Lead 2';
            delete from crm.custom_values; delete from crm.tag_counts
            """);
        var lines = await RebuildAsync(app);
        lines.ShouldContain(line => line.Contains("LEFT") && line.EndsWith("has a value that another record has too", StringComparison.Ordinal));
        lines.ShouldContain(line => line.StartsWith("mended  the counts of tags", StringComparison.Ordinal));
        string.Join('\n', lines).ShouldNotContain("T1");
    }

    [Theory]
    [InlineData("rebuild", "--tenant")]
    [InlineData("rebuild", "--tenant", "me")]
    [InlineData("rebuild", "--dry-run", "--dry-run")]
    [InlineData("rebuild", "now")]
    public async Task What_it_is_given_is_read_strictly(params string[] args)
    {
        using var program = CrmProgram.OnDatabase("Host=nowhere", "Host=nowhere", null, args);
        (await program.EndAsync()).ShouldExit(2).Error.ShouldContain("./run rebuild [--tenant ID] [--dry-run]");
    }

    [Fact]
    public async Task The_command_says_what_it_did()
    {
        var (app, superuser) = await fixture.CopyAsync();
        await ExecuteAsync(superuser, "delete from crm.tag_counts");
        using var dry = CrmProgram.OnDatabase(app, app, null, "rebuild", "--dry-run", "--tenant", fixture.TenantId.ToString());
        (await dry.EndAsync()).ShouldExit(0).Output.ShouldContain("differs the counts of tags: 5\n");
        using var real = CrmProgram.OnDatabase(app, app, null, "rebuild");
        (await real.EndAsync()).ShouldExit(0).Output.ShouldContain("mended  the counts of tags: ");
    }

    /// <summary>All rows of all tables, as one number for each.</summary>
    private static async Task<string?> ContentAsync(string superuser) => await ScalarAsync<string>(superuser, """
        select string_agg(t.name || ' ' || (xpath('/row/h/text()', query_to_xml(format('select coalesce(sum(hashtext(r::text)::bigint), 0) as h from crm.%I r', t.name), true, true, '')))[1]::text, E'\n' order by t.name)
        from (select c.relname as name from pg_class c where c.relnamespace = 'crm'::regnamespace and c.relkind = 'r') as t
        """);
}
