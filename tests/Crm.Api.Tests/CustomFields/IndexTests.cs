using Crm.Api.Tests.Fixture;
using Crm.Application.Abstractions;
using Crm.Infrastructure.Events;
using Crm.Infrastructure.Persistence;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Crm.Api.Tests.CustomFields;

/// <summary>The index of custom fields has exactly the values of living records, whatever comes in between.</summary>
public sealed class IndexTests(CrmApi api)
{
    [Fact]
    public async Task An_index_declared_later_gets_the_values_that_are_there()
    {
        var tenant = await api.TenantAsync();
        var field = await tenant.FieldAsync("tier", "CHOICE");
        (await tenant.PostAsync("/leads/batch", new { operations = Enumerable.Range(0, 300).Select(i => new { op = "create", data = new { name = $"{i}", customFields = new { tier = i % 2 == 0 ? "gold" : "silver" } } }) })).ShouldBe(200);
        (await tenant.DeleteAsync($"/leads/{(await tenant.GetAsync("/leads?customFields.tier=gold&take=1")).Items[0]!["id"]}")).ShouldBe(204);
        (await tenant.PatchAsync($"/custom-fields/{field}", new { indexed = true })).ShouldBe(200);
        (await tenant.GetAsync("/leads?customFields.tier=gold&take=1")).Meta["total"]!.GetValue<int>().ShouldBe(149);
        await tenant.IndexedAsync(field);
        (await tenant.GetAsync("/leads?customFields.tier=gold&take=1")).Meta["total"]!.GetValue<int>().ShouldBe(149);
        (await EntriesAsync(tenant)).ShouldBe(299);
        (await tenant.PatchAsync($"/custom-fields/{field}", new { indexed = false })).ShouldBe(200).Of("indexState").ShouldBe("NONE");
        (await tenant.GetAsync("/leads?customFields.tier=gold&take=1")).Meta["total"]!.GetValue<int>().ShouldBe(149);
        await Eventually.Async(async () => await EntriesAsync(tenant) == 0, "entries are left over");
    }

    [Fact]
    public async Task Values_changed_while_it_is_built_are_right_in_the_end()
    {
        var tenant = await api.TenantAsync();
        var field = await tenant.FieldAsync("tier", "CHOICE");
        var made = (await tenant.PostAsync("/leads/batch", new { operations = Enumerable.Range(0, 200).Select(i => new { op = "create", data = new { name = $"{i}", customFields = new { tier = "gold" } } }) })).ShouldBe(200);
        var ids = made.Items.Select(i => (Guid)i!["id"]!).ToList();
        var changing = Task.WhenAll(ids.Select(async (id, i) => (i % 4 == 0
            ? await tenant.DeleteAsync($"/leads/{id}")
            : await tenant.PatchAsync($"/leads/{id}", new { customFields = new { tier = i % 4 == 1 ? null : "silver" } })).Status.ShouldBeOneOf(200, 204)));
        foreach (var indexed in new[] { true, false, true }) (await tenant.PatchAsync($"/custom-fields/{field}", new { indexed })).ShouldBe(200);
        await changing;
        await tenant.IndexedAsync(field);
        (await tenant.GetAsync("/leads?customFields.tier=silver&take=1")).Meta["total"]!.GetValue<int>().ShouldBe(100);
        (await tenant.GetAsync("/leads?customFields.tier=gold")).Items.ShouldBeEmpty();
        await Eventually.Async(async () => await EntriesAsync(tenant) == 100, "the index has entries of no value");
    }

    [Fact]
    public async Task A_long_upkeep_takes_turns()
    {
        var tenant = await api.TenantAsync();
        var field = await tenant.FieldAsync("tier", "CHOICE");
        await using (var connection = await api.TenantConnectionAsync(tenant.Id))
        {
            await connection.ExecuteAsync("""
                insert into crm.leads (tenant_id, id, name, custom_fields) select @Id, gen_random_uuid(), 'Lead ' || g, (select jsonb_build_object(number, 'gold') from crm_read.custom_fields) from generate_series(1, 5000) g;
                update crm.custom_fields set indexed = true, generation = 1, upkeep_due = true, version = 2
                """, new { tenant.Id });
        }
        var upkeep = new CustomFieldUpkeep(api.Services.GetRequiredService<NpgsqlDataSource>(), api.Services.GetRequiredService<ICache>(), new OutboxSignal(), new HurriedClock());
        await upkeep.DeliverAsync(new OutboxMessage(await api.EventAsync(tenant, field, "custom_field.created"), tenant.Id, "custom_field.created", "custom_field", field, 1, DateTimeOffset.UtcNow, "{}"), TestContext.Current.CancellationToken);
        // What it did not get to is with the outbox again.
        (await EntriesAsync(tenant)).ShouldBeInRange(4_000, 5_000);
        await tenant.IndexedAsync(field);
        (await EntriesAsync(tenant)).ShouldBe(5_000);
    }

    [Fact]
    public async Task Words_of_records_that_were_there_are_found_once_the_field_is_searchable()
    {
        var tenant = await api.TenantAsync();
        var field = await tenant.FieldAsync("note");
        await tenant.LeadWithAsync(new { note = "giraffe" });
        (await tenant.GetAsync("/leads?search=giraffe")).Items.ShouldBeEmpty();
        (await tenant.PatchAsync($"/custom-fields/{field}", new { searchable = true })).ShouldBe(200);
        await Eventually.Async(async () => (await tenant.GetAsync("/leads?search=giraffe")).Items.Count == 1, "the search does not find it");
        (await tenant.PatchAsync($"/custom-fields/{field}", new { searchable = false })).ShouldBe(200);
        await Eventually.Async(async () => (await tenant.GetAsync("/leads?search=giraffe")).Items.Count == 0, "the search still finds it");
    }

    [Fact]
    public async Task What_another_instance_still_believes_is_checked_against_what_holds()
    {
        var tenant = await api.TenantAsync();
        var (gone, tier) = (await tenant.FieldAsync("gone"), await tenant.FieldAsync("tier", "CHOICE"));
        var code = await tenant.FieldAsync("code");
        var lead = await tenant.LeadWithAsync(new { gone = "kept" });
        // Another instance's changes: this one hears of none of them.
        await using (var connection = await api.TenantConnectionAsync(tenant.Id))
        {
            await connection.ExecuteAsync("update crm.custom_fields set retired_at = now(), version = version + 1 where id = @gone", new { gone });
            await connection.ExecuteAsync("update crm.custom_fields set options = '{gold}', version = version + 1 where id = @tier", new { tier });
            await connection.ExecuteAsync("update crm.custom_fields set \"unique\" = true, generation = 1, built_generation = 1, version = version + 1 where id = @code", new { code });
        }
        (await tenant.PatchAsync($"/leads/{lead}", new { customFields = new { gone = "x", tier = "silver" } })).ShouldFail(400, "VALIDATION_FAILED")
            .Errors.Select(e => e.Key).Order().ShouldBe(["customFields.gone", "customFields.tier"]);
        (await tenant.PatchAsync($"/leads/{lead}", new { customFields = new { tier = "gold", code = "a" } })).ShouldBe(200).Data["customFields"]!.ToJsonString().ShouldBe("""{"tier":"gold","code":"a"}""");
        (await tenant.PostAsync("/leads", new { name = "x", customFields = new { code = "a" } })).ShouldFail(409, "DUPLICATE").Errors.ShouldContainKey("customFields.code");
        api.Services.GetRequiredService<ICache>().Forget(CallerCache.Prefix(tenant.Id));
        (await tenant.GetAsync("/leads?customFields.gone=kept")).ShouldFail(400, "INVALID_QUERY");
    }

    [Fact]
    public async Task What_another_instance_has_just_defined_can_be_used_at_once()
    {
        // As another instance does it: this one hears of none of them.
        async Task<string> DefineAsync(TenantClient tenant)
        {
            (await tenant.GetAsync("/auth/me")).ShouldBe(200);
            await using var connection = await api.TenantConnectionAsync(tenant.Id);
            var number = await connection.QuerySingleAsync<int>(
                "insert into crm.custom_fields (tenant_id, id, number, entity, name, type) select @Id, gen_random_uuid(), n, 'leads', 'mine' || n, 'TEXT' from (select count(*)::int + 1 as n from crm_read.custom_fields) c returning number", new { tenant.Id });
            return $"mine{number}";
        }
        object With(string name) => new Dictionary<string, string> { [name] = "x" };
        var tenant = await api.TenantAsync();
        await tenant.LeadWithAsync(With(await DefineAsync(tenant)));
        (await tenant.GetAsync($"/leads?customFields.{await DefineAsync(tenant)}[null]=true")).ShouldBe(200).Items.Count.ShouldBe(1);
        (await tenant.GetAsync($"/leads?sort=customFields.{await DefineAsync(tenant)}")).ShouldBe(200);
        (await tenant.PutAsync("/leads/by-external-id/X-1", new { name = "x", customFields = With(await DefineAsync(tenant)) })).ShouldBe(201);
        (await tenant.PutAsync("/leads/by-external-id/X-1", new { customFields = With(await DefineAsync(tenant)) })).ShouldBe(200);
        (await tenant.PostAsync("/leads/batch", new { operations = new[] { new { op = "create", data = new { name = "y", customFields = With(await DefineAsync(tenant)) } } } })).ShouldBe(200).Items[0]!["status"]!.GetValue<int>().ShouldBe(201);
        (await tenant.PostAsync("/leads", new { name = "y", customFields = With("mine99") })).ShouldFail(400, "VALIDATION_FAILED");
    }

    [Fact]
    public async Task A_tenant_without_fields_pays_nothing_and_others_one_round_trip_for_a_write()
    {
        var (without, with) = (await api.TenantAsync(), await api.TenantAsync());
        await with.FieldAsync("tier", "CHOICE", new { indexed = true, searchable = true, unique = false });
        var id = await without.LeadAsync();
        var other = await with.LeadWithAsync(new { tier = "gold" });
        var (create, plainCreate) = (await Statements.CountAsync(with, "POST", "/leads", new { name = "x", customFields = new { tier = "gold" } }), await Statements.CountAsync(without, "POST", "/leads", new { name = "x" }));
        create.ShouldBe(plainCreate + 1);
        (await Statements.CountAsync(with, "POST", "/leads", new { name = "x" })).ShouldBe(plainCreate);
        (await Statements.CountAsync(with, "PATCH", $"/leads/{other}", new { score = 1 })).ShouldBe(await Statements.CountAsync(without, "PATCH", $"/leads/{id}", new { score = 1 }));
        (await Statements.CountAsync(with, "GET", $"/leads/{other}")).ShouldBe(await Statements.CountAsync(without, "GET", $"/leads/{id}"));
        (await Statements.CountAsync(with, "GET", "/leads?customFields.tier=gold&sort=-createdAt")).ShouldBe(await Statements.CountAsync(without, "GET", "/leads?status=NEW&sort=-createdAt"));
    }

    /// <summary>Six seconds pass between any two looks at it.</summary>
    private sealed class HurriedClock : TimeProvider
    {
        private long _looks;

        public override long GetTimestamp() => Interlocked.Increment(ref _looks) * 6 * TimestampFrequency;
    }

    private async Task<int> EntriesAsync(TenantClient tenant)
    {
        await using var connection = await api.TenantConnectionAsync(tenant.Id);
        return await connection.QuerySingleAsync<int>("select count(*)::int from crm_read.custom_values");
    }
}
