using Crm.Api.Tests.Postgres;
using Crm.Infrastructure.Persistence.Migrations;
using Npgsql;
using static Crm.Api.Tests.Postgres.ThrowAwayCluster;

namespace Crm.Api.Tests.Reports;

/// <summary>What recurred before there was a ledger of it.</summary>
public sealed class RecurringRevenueMigrationTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    private const string Mine = "20261127000011_recurring_revenue", After = "20261127000012_subscription_revenue";

    // Of two tenants: begun, raised, paused, resumed, ended by hand; one that made its last invoice; one whose events are gone.
    private const string Past = """
        set session_replication_role = replica;
        create temporary table t as select ('00000000-0000-7000-8000-00000000000' || n)::uuid as id from generate_series(1, 2) as n;
        insert into crm.tenants (id) select id from t;
        insert into crm.tenant_settings (tenant_id, id, name, time_zone) select id, id, 'Tenant', 'Europe/Sofia' from t;
        create temporary table r as select ('00000000-0000-7000-9000-00000000000' || n)::uuid as id, n from generate_series(1, 3) as n;
        insert into crm.customers (tenant_id, id, number, name) select t.id, r.id, 'C-' || n, 'Customer' from t, r;
        insert into crm.recurring_invoices (tenant_id, id, status, interval, starts_on, occurrences, period, invoice_count, customer_id, currency, line_total_currency, allowance_total_currency, charge_total_currency, net_total_amount, net_total_currency, tax_total_currency, total_currency)
        select t.id, r.id, case n when 3 then 'ACTIVE' else 'ENDED' end, 'MONTH', '2026-01-31', case n when 2 then 2 end, case n when 2 then 2 else 0 end, case n when 2 then 2 else 0 end, r.id, 'EUR', 'EUR', 'EUR', 'EUR', 100, 'EUR', 'EUR', 'EUR' from t, r;
        insert into crm.events (tenant_id, id, epoch, n, type, aggregate_type, aggregate_id, version, occurred_at, actor_type, state)
        select t.id, gen_random_uuid(), 1, 10 * e.n + e.version, 'recurring_invoice.' || e.type, 'recurring_invoice', r.id, e.version, e.at::timestamptz, 'USER', jsonb_build_object(
          'status', e.status, 'customerId', r.id, 'netTotal', jsonb_build_object('amount', e.net, 'currency', 'EUR'), 'interval', 'MONTH', 'every', 1, 'startsOn', '2026-01-31', 'endsOn', null,
          'occurrences', e.occurrences, 'invoiceCount', e.made, 'period', e.made)
        from t, r, (values
          (1, 1, 'created', '2026-01-01T12:00Z', 'ACTIVE', 100, null::integer, 0),
          (1, 2, 'updated', '2026-02-10T22:30Z', 'ACTIVE', 150, null, 1),
          (1, 3, 'paused', '2026-03-05T12:00Z', 'PAUSED', 150, null, 2),
          (1, 4, 'updated', '2026-03-06T12:00Z', 'PAUSED', 170, null, 2),
          (1, 5, 'resumed', '2026-04-05T12:00Z', 'ACTIVE', 170, null, 2),
          (1, 6, 'ended', '2026-05-05T12:00Z', 'ENDED', 170, null, 3),
          (2, 1, 'created', '2026-01-01T12:00Z', 'ACTIVE', 100, 2, 0),
          (2, 2, 'made', '2026-01-31T12:00Z', 'ACTIVE', 100, 2, 1),
          (2, 3, 'ended', '2026-02-28T12:00Z', 'ENDED', 100, 2, 2)) as e (n, version, type, at, status, net, occurrences, made)
        where e.n = r.n
        """;

    private const string Told = """
        select string_agg(right(recurring_invoice_id::text, 1) || ' ' || case when effective_on = (now() at time zone 'Europe/Sofia')::date then 'today' else effective_on::text end || ' ' || trim_scale(monthly_amount), '; ' order by recurring_invoice_id, effective_on)
        from crm.recurring_revenue_entries where tenant_id = '00000000-0000-7000-8000-000000000002'
        """;

    [Fact]
    public async Task The_past_is_what_the_log_says_and_the_present_what_the_records_say()
    {
        var (owner, administrator) = await BeforeAsync(Mine);
        await ExecuteAsync(administrator, Past);
        await new Migrator(owner).UpAsync();
        (await ExecuteAsync(administrator, Told)).ShouldBe(
            "1 2026-01-31 100; 1 2026-02-11 50; 1 2026-03-05 -150; 1 2026-04-05 170; 1 2026-05-05 -170; 2 2026-01-31 100; 2 2026-03-31 -100; 3 today 100");
    }

    [Fact]
    public async Task Lines_of_subscriptions_are_worth_what_is_known_of_them()
    {
        var (owner, administrator) = await BeforeAsync(After);
        await ExecuteAsync(administrator, """
            set session_replication_role = replica;
            insert into crm.subscriptions (tenant_id, plan, billing_interval, status, price_amount, price_currency, period_start, period_end)
            select '00000000-0000-7000-8000-000000000001', 'PROFESSIONAL', 'YEAR', 'ACTIVE', 480, 'EUR', now(), now();
            insert into crm.subscription_changes (tenant_id, id, occurred_at, kind, plan, billing_interval, plan_before, status)
            select '00000000-0000-7000-8000-000000000001', gen_random_uuid(), c.at::timestamptz, c.kind, c.plan, c.period, 'FREE', c.status
            from (values ('2026-01-01', 'TRIAL_STARTED', 'STARTER', 'MONTH', 'TRIALING'), ('2026-01-15', 'STARTED', 'STARTER', 'MONTH', 'ACTIVE'), ('2026-02-01', 'UPGRADED', 'PROFESSIONAL', 'YEAR', 'ACTIVE')) as c (at, kind, plan, period, status)
            """);
        await new Migrator(owner).UpAsync();
        (await ExecuteAsync(administrator, "select string_agg(trim_scale(monthly_amount) || ' ' || monthly_currency, '; ' order by occurred_at) from crm.subscription_changes")).ShouldBe("0 EUR; 19 EUR; 40 EUR");
    }

    private async Task<(string Owner, string Administrator)> BeforeAsync(string migration)
    {
        var (owner, administrator, all) = await DatabaseAsync();
        await new Migrator(owner).DownAsync(all[all.ToList().IndexOf(migration) - 1]);
        return (owner, administrator);
    }

    private async Task<(string Owner, string Administrator, IReadOnlyList<string> Migrations)> DatabaseAsync()
    {
        var (owner, _) = await fixture.Server.NewDatabaseAsync();
        return (owner, In(fixture.Server.Cluster.SuperuserConnectionString, new NpgsqlConnectionStringBuilder(owner).Database!), await new Migrator(owner).UpAsync());
    }
}
