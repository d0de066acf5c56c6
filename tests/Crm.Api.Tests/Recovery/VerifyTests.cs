using Crm.Api.Tests.Postgres;
using Crm.Api.Tests.Upgrade;
using Crm.Infrastructure.Persistence.Migrations;
using Crm.Infrastructure.Verification;
using Microsoft.Extensions.Configuration;
using Npgsql;
using static Crm.Api.Tests.Postgres.ThrowAwayCluster;

namespace Crm.Api.Tests.Recovery;

/// <summary>A database with data of every kind, of which each test breaks a copy.</summary>
public sealed class VerifyFixture : IAsyncLifetime
{
    private ThrowAwayCluster _server = null!;
    private string _template = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await StartAsync();
        var (owner, _) = await FirstRelease.MakeAsync(_server);
        await new Migrator(owner).UpAsync();
        _template = new NpgsqlConnectionStringBuilder(owner).Database!;
    }

    /// <summary>Another copy: the service's login and one that may break anything.</summary>
    internal async Task<(string App, string Superuser)> CopyAsync()
    {
        var name = "copy_" + Guid.NewGuid().ToString("N");
        await ExecuteAsync(_server.Cluster.SuperuserConnectionString, $"create database {name} owner crm_owner template {_template}");
        return (In(_server.Cluster.AppConnectionString, name), In(_server.Cluster.SuperuserConnectionString, name));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}

/// <summary>Each thing that <c>./run verify</c> promises to see is broken by hand, and seen.</summary>
public sealed class VerifyTests(VerifyFixture fixture) : IClassFixture<VerifyFixture>
{
    private const string Lead = "(select id from crm.leads where name = 'Handed over')";
    private const string Field = "insert into crm.custom_fields (tenant_id, id, number, entity, name, type, indexed, upkeep_due, generation, built_generation) select tenant_id, gen_random_uuid(), 1, 'leads', 'tier', 'TEXT', true";
    private const string Valued = $"{Field}, false, 1, 1 from crm.leads where id = {Lead}; update crm.leads set custom_fields = '{{\"1\": \"secret\"}}' where id = {Lead}";
    private const string Deal = "(select id from crm.deals where title = 'Big engine')";

    [Fact]
    public async Task Nothing_is_wrong_with_what_the_service_wrote()
    {
        var (app, _) = await fixture.CopyAsync();
        var (right, lines) = await VerifyAsync(app);
        lines.ShouldAllBe(line => line.StartsWith("ok ", StringComparison.Ordinal));
        right.ShouldBeTrue();
        lines.ShouldContain("ok     every record is what its log says: 58");
    }

    [Theory]
    // The schema.
    [InlineData("drop index crm.ix_leads_email", "as the migrations left it", "index crm.ix_leads_email is missing")]
    [InlineData("create index ix_leads_mine on crm.leads (tenant_id, website)", "as the migrations left it", "index crm.ix_leads_mine was made by somebody else")]
    [InlineData("alter table crm.leads drop constraint fk_leads_owner_id", "as the migrations left it", "constraint crm.leads.fk_leads_owner_id is missing")]
    [InlineData("alter table crm.leads alter column name drop not null", "as the migrations left it", "column crm.leads.name was changed")]
    [InlineData("create or replace function crm.fold(value text) returns text language sql immutable strict as 'select value'", "as the migrations left it", "function crm.fold(text) was changed")]
    [InlineData("alter table crm.leads disable row level security", "has row-level security", "leads")]
    [InlineData("alter policy tenant on crm.deals using (true)", "has the policies", "deals has reader")]
    [InlineData("drop view crm_read.idempotency_keys", "has a reading view", "idempotency_keys")]
    [InlineData("grant update on crm.events to crm_app", "may not change their log", "events")]
    [InlineData("""delete from public."__EFMigrationsHistory" where "MigrationId" = '20261121000006_recovery'""", "every migration", "20261121000006_recovery is not applied")]
    [InlineData("""insert into public."__EFMigrationsHistory" values ('29990101000000_later', '99')""", "every migration", "29990101000000_later is a newer program's")]
    // Records and their log.
    [InlineData($"update crm.leads set name = 'Secret' where id = {Lead}", "what its log says", "differs from its log in name")]
    [InlineData($"update crm.leads set value_amount = 5, value_currency = 'EUR', tags = '{"{secret}"}' where id = {Lead}", "what its log says", "differs from its log in ")]
    [InlineData($"update crm.leads set version = version + 1 where id = {Lead}", "what its log says", "has version 3, and the log's last is 2")]
    [InlineData($"update crm.leads set deleted_at = now() where id = {Lead}", "what its log says", "is deleted, and its log does not say so")]
    [InlineData("update crm.customers set deleted_at = null where name = 'Deleted Ltd'", "what its log says", "is deleted by its log, and lives")]
    [InlineData($"delete from crm.leads where id = {Lead}", "what its log says", "is in the log and not in its table")]
    [InlineData("update crm.deal_line_items set quantity = 7 where quantity = 1000", "what its log says", "differs from its log in lineItems")]
    [InlineData("update crm.pipeline_stages set probability = 7 where name = 'QUALIFIED'", "what its log says", "differs from its log in stages")]
    [InlineData("update crm.tenant_settings set time_zone = 'UTC'", "what its log says", "differs from its log in timeZone")]
    [InlineData($"delete from crm.events where aggregate_id = {Lead}", "what its log says", "has no event")]
    // The log itself.
    [InlineData($"delete from crm.events where version = 2 and aggregate_id = {Deal}", "begin with 1 and have no gap", "deal ")]
    [InlineData($"update crm.events set xid = 1 where version = 3 and aggregate_id = {Deal}", "in the order of the log's positions", " at version 1 of tenant")]
    [InlineData($"update crm.events set state = null where version = 2 and aggregate_id = {Deal}", "the last event of every version", " at version 2 of tenant")]
    [InlineData("update crm.events set xid = 900000000 where type = 'tenant.registered'", "lies ahead of", "event ")]
    [InlineData("update crm.service_state set epoch = 0", "lies ahead of", "event ")]
    // What is kept beside it.
    [InlineData("update crm.outbox set event_id = gen_random_uuid()", "what waits for delivery", "delivery ")]
    [InlineData("update crm.counters set value = value - 1", "no number was given", "customer ")]
    [InlineData("insert into crm.counters (tenant_id, name, value) select tenant_id, 'invoice 2026', 1 from crm.tenant_settings limit 1", "no gap in their series", "invoice 2026: 0 of 1")]
    [InlineData("update crm.user_tenants set is_active = not is_active", "members and the users", "user ")]
    [InlineData("delete from crm.user_tenants where user_id = (select id from crm.users where email = 'admin@first.example')", "members and the users", "user ")]
    [InlineData("update crm.customers set won_value_amount = won_value_amount + 1 where name = 'Countess Ltd'", "derived figures", ": wonValue")]
    [InlineData("update crm.customers set last_contact_date = null where name = 'Countess Ltd'", "derived figures", ": lastContactDate")]
    [InlineData("update crm.deal_figures set value = value + 1", "sums of the pipeline report", "stage ")]
    [InlineData("delete from crm.deal_figures", "sums of the pipeline report", "stage ")]
    [InlineData($"{Field}, true, 1, 0 from crm.leads where id = {Lead}", "every index of a custom field", "what was declared is not built, and nobody is about to")]
    [InlineData($"{Field}, false, 1, 0 from crm.leads where id = {Lead}", "every index of a custom field", "what was declared is not built, and nobody is about to")]
    [InlineData(Valued, "every index of a custom field", "its index has not the value of record ")]
    [InlineData($"{Valued}; insert into crm.custom_values select tenant_id, id, 1001, 0, 'another secret', null, null, created_at from crm.leads where id = {Lead}", "every index of a custom field", "its index has not the value of record ")]
    [InlineData($"{Field}, false, 1, 1 from crm.leads where id = {Lead}; insert into crm.custom_values select tenant_id, id, 1001, 0, 'secret', null, null, created_at from crm.leads where id = {Lead}", "every index of a custom field", "its index has not the value of record ")]
    [InlineData($"insert into crm.tag_counts select tenant_id, 'leads', 'secret', 0, 1 from crm.leads where id = {Lead}", "tags are counted", "leads: 1 tags of tenant ")]
    [InlineData("insert into crm.warehouses (tenant_id, id, name, code) select tenant_id, id, 'secret', 'W' from crm.products limit 1; insert into crm.stocks (tenant_id, id, product_id, warehouse_id, on_hand) select tenant_id, id, id, id, 5 from crm.warehouses", "stock is the sum of its movements", ": 5 on hand and 0 reserved, by its movements 0 and 0 of tenant ")]
    [InlineData("insert into crm.payments (tenant_id, id, method, amount_amount, amount_currency, received_on, note, allocated_total_amount, allocated_total_currency, refunded_total_currency, unallocated_amount, unallocated_currency) select tenant_id, id, 'CASH', 5, 'EUR', '2026-03-01', 'secret', 3, 'EUR', 'EUR', 2, 'EUR' from crm.products limit 1", "payments are the sum of their entries", ": 3, 0, 2 are allocated, refunded and left, by the ledger 0, 0, 5 of tenant ")]
    [InlineData("insert into crm.invoices (tenant_id, id, customer_id, notes, currency, line_total_currency, allowance_total_currency, charge_total_currency, net_total_currency, tax_total_currency, total_amount, total_currency, paid_total_amount, paid_total_currency, credited_total_currency, due_total_amount, due_total_currency) select tenant_id, id, id, 'secret', 'EUR', 'EUR', 'EUR', 'EUR', 'EUR', 'EUR', 120, 'EUR', 20, 'EUR', 'EUR', 100, 'EUR' from crm.customers limit 1", "what is due is what the ledger says", ": 20, 0, 0, 0, 100 are paid, written off, refunded, credited and due, by the ledger 0, 0, 0, 0, 120 of tenant ")]
    [InlineData($"update crm.leads set tags = '{{secret,secret too}}' where id = {Lead}", "tags are counted", "leads: 2 tags of tenant ")]
    public async Task What_somebody_breaks_by_hand_is_named(string sql, string check, string names)
    {
        var (app, superuser) = await fixture.CopyAsync();
        await ExecuteAsync(superuser, sql);

        var (right, lines) = await VerifyAsync(app);

        right.ShouldBeFalse();
        var wrong = lines.ToList().FindIndex(line => line.StartsWith("WRONG", StringComparison.Ordinal) && line.Contains(check));
        wrong.ShouldBeGreaterThanOrEqualTo(0, string.Join('\n', lines));
        lines.Skip(wrong + 1).TakeWhile(line => line.StartsWith(' ')).ShouldContain(line => line.Contains(names), string.Join('\n', lines));
        string.Join('\n', lines).ShouldNotContain("ecret");
    }

    [Fact]
    public async Task A_check_that_cannot_be_made_is_wrong_and_the_others_are_made()
    {
        var (app, superuser) = await fixture.CopyAsync();
        await ExecuteAsync(superuser, "drop view crm_read.counters; update crm.outbox set event_id = gen_random_uuid()");

        var (right, lines) = await VerifyAsync(app);

        right.ShouldBeFalse();
        lines.ShouldContain(line => line.StartsWith("WRONG  no number was given", StringComparison.Ordinal));
        lines.ShouldContain(line => line.Contains("""could not be looked at: 42P01: relation "crm_read.counters" does not exist"""));
        lines.ShouldContain(line => line.StartsWith("WRONG  what waits for delivery", StringComparison.Ordinal));
    }

    [Fact]
    public async Task However_much_is_wrong_the_list_is_short()
    {
        var (app, superuser) = await fixture.CopyAsync();
        await ExecuteAsync(superuser, "update crm.events set state = null");

        var (_, lines) = await VerifyAsync(app);

        lines.ShouldContain(line => line.Trim().StartsWith("and ", StringComparison.Ordinal) && line.EndsWith(" more", StringComparison.Ordinal));
        lines.Count.ShouldBeLessThan(200);
    }

    private static async Task<(bool Right, IReadOnlyList<string> Lines)> VerifyAsync(string app)
    {
        var lines = new List<string>();
        return (await Verifier.RunAsync(app, new ConfigurationBuilder().Build(), lines.Add, TestContext.Current.CancellationToken), lines);
    }
}
