using System.Text.Json;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Work;

public sealed class ActivityTests(CrmApi api)
{
    [Fact]
    public async Task An_activity_happened_now_unless_stated()
    {
        var tenant = await api.TenantAsync();
        var reply = (await tenant.PostAsync("/activities", new { type = "CALL", subject = "First call", durationMinutes = 12 })).ShouldBe(201);
        ((DateTimeOffset)reply.Data["occurredAt"]!).ShouldBe(DateTimeOffset.UtcNow, TimeSpan.FromMinutes(1));
        (await tenant.PatchAsync($"/activities/{reply.Id}", new { occurredAt = "2026-03-01T09:30:00Z" })).ShouldBe(200).Of("occurredAt").ShouldBe("2026-03-01T09:30:00Z");
        (await tenant.PatchAsync($"/activities/{reply.Id}", new { occurredAt = (string?)null })).ShouldBe(200).Of("occurredAt").ShouldBe(reply.Of("createdAt"));
    }

    [Fact]
    public async Task Type_and_subject_are_required_and_durations_not_negative()
    {
        var tenant = await api.TenantAsync();
        var reply = (await tenant.PostAsync("/activities", new { durationMinutes = -1, body = 7 })).ShouldFail(400, "VALIDATION_FAILED");
        reply.Errors.Select(e => e.Key).Order().ShouldBe(["body", "durationMinutes", "subject", "type"]);
        (await tenant.PostAsync("/activities", new { type = "FOLLOW_UP", subject = "x" })).ShouldFail(400, "VALIDATION_FAILED").Errors.ShouldContainKey("type");
    }

    [Fact]
    public async Task Activities_sort_by_when_they_happened()
    {
        var tenant = await api.TenantAsync();
        foreach (var day in (int[])[2, 1, 3])
            (await tenant.PostAsync("/activities", new { type = "NOTE", subject = $"Day {day}", occurredAt = $"2026-03-0{day}T09:30:00Z" })).ShouldBe(201);
        (await tenant.GetAsync("/activities?sort=-occurredAt")).Names("subject").ShouldBe(["Day 3", "Day 2", "Day 1"]);
        (await tenant.GetAsync("/activities")).Names("subject").ShouldBe(["Day 3", "Day 1", "Day 2"]);
        (await tenant.GetAsync("/activities?occurredAt[gte]=2026-03-02T00:00:00Z&search=day")).Items.Count.ShouldBe(2);
    }

    [Fact]
    public async Task The_last_contact_date_follows_activities_wherever_they_are_linked()
    {
        var tenant = await api.TenantAsync();
        var (first, second) = (await CustomerAsync(tenant, "First"), await CustomerAsync(tenant, "Second"));
        var contact = (await tenant.PostAsync("/contacts", new { lastName = "Byron", customerId = second })).ShouldBe(201).Id;
        var early = await LogAsync(tenant, "2026-03-01T12:00:00Z", new { customerId = first });
        (await LastContactAsync(tenant, first)).ShouldBe("2026-03-01");
        var late = await LogAsync(tenant, "2026-03-05T12:00:00Z", new { customerId = first });
        (await LastContactAsync(tenant, first)).ShouldBe("2026-03-05");

        (await tenant.PatchAsync($"/activities/{late}", new { customerId = (Guid?)null, contactId = contact })).ShouldBe(200);
        (await LastContactAsync(tenant, first)).ShouldBe("2026-03-01");
        (await LastContactAsync(tenant, second)).ShouldBe("2026-03-05");

        (await tenant.DeleteAsync($"/activities/{late}")).ShouldBe(204);
        (await LastContactAsync(tenant, second)).ShouldBeNull();
        (await tenant.PostAsync($"/activities/{late}/restore")).ShouldBe(200);
        (await LastContactAsync(tenant, second)).ShouldBe("2026-03-05");

        (await tenant.PatchAsync($"/activities/{early}", new { occurredAt = "2026-02-01T12:00:00Z" })).ShouldBe(200);
        (await LastContactAsync(tenant, first)).ShouldBe("2026-02-01");
        ((int)(await tenant.GetAsync($"/customers/{first}")).Data["version"]!).ShouldBe(1);
    }

    [Fact]
    public async Task The_last_contact_date_is_a_day_of_the_tenants_time_zone()
    {
        var tenant = await api.TenantAsync();
        (await tenant.PatchAsync("/tenant", new { timeZone = "Europe/Sofia" })).ShouldBe(200);
        var customer = await CustomerAsync(tenant, "Late");
        await LogAsync(tenant, "2026-03-01T23:30:00Z", new { customerId = customer });
        (await LastContactAsync(tenant, customer)).ShouldBe("2026-03-02");
    }

    [Fact]
    public async Task Own_visibility_hides_activities_of_others_but_dates_still_follow_them()
    {
        var tenant = await api.TenantAsync();
        (await tenant.PatchAsync("/tenant", new { recordVisibility = "OWN" })).ShouldBe(200);
        var team = (await tenant.PostAsync("/teams", new { name = "North" })).ShouldBe(201).Id;
        var ((caller, callerId), (other, _)) = (await tenant.MemberAsync(teamId: team), await tenant.MemberAsync(teamId: team));
        var customer = (await tenant.PostAsync("/customers", new { name = "Shared", ownerId = callerId })).ShouldBe(201).Id;
        var id = await LogAsync(caller, "2026-03-01T12:00:00Z", new { customerId = customer });
        (await other.GetAsync($"/activities/{id}")).ShouldFail(404, "NOT_FOUND");
        (await other.GetAsync("/activities")).Items.ShouldBeEmpty();
        (await LastContactAsync(caller, customer)).ShouldBe("2026-03-01");
    }

    [Fact]
    public async Task A_replacement_without_a_time_goes_back_to_when_it_was_logged_and_repeats_for_free()
    {
        var tenant = await api.TenantAsync();
        var id = await LogAsync(tenant, "2026-03-01T12:00:00Z", new { });
        var first = (await tenant.PutAsync($"/activities/{id}", new { type = "NOTE", subject = "Note" })).ShouldBe(200);
        (first.Of("type"), first.Of("occurredAt"), first.Header("ETag")).ShouldBe(("NOTE", first.Of("createdAt"), "\"2\""));
        (await tenant.PutAsync($"/activities/{id}", new { type = "NOTE", subject = "Note" })).ShouldBe(200).Body.ShouldBe(first.Body);
    }

    [Fact]
    public async Task Batches_and_upserts_set_the_last_contact_date_too()
    {
        var tenant = await api.TenantAsync();
        var customer = await CustomerAsync(tenant, "Batch");
        var operations = Enumerable.Range(1, 9).Select(day => new { op = "create", data = new { type = "CALL", subject = "Call", occurredAt = $"2026-03-0{day}T12:00:00Z", customerId = customer } });
        (await tenant.PostAsync("/activities/batch", new { operations })).ShouldBe(200).Items.ShouldAllBe(i => (int)i!["status"]! == 201);
        (await LastContactAsync(tenant, customer)).ShouldBe("2026-03-09");
        var upsert = new { type = "CALL", subject = "Call", occurredAt = "2026-04-01T12:00:00Z", customerId = customer };
        (await tenant.PutAsync("/activities/by-external-id/call-1", upsert)).ShouldBe(201);
        (await tenant.PutAsync("/activities/by-external-id/call-1", upsert)).ShouldBe(200);
        (await LastContactAsync(tenant, customer)).ShouldBe("2026-04-01");
    }

    [Fact]
    public async Task Another_tenant_finds_nothing()
    {
        var (mine, other) = (await api.TenantAsync(), await api.TenantAsync());
        var id = await LogAsync(mine, "2026-03-01T12:00:00Z", new { });
        (await other.GetAsync($"/activities/{id}")).ShouldFail(404, "NOT_FOUND");
        (await other.PatchAsync($"/activities/{id}", new { subject = "Stolen" })).ShouldFail(404, "NOT_FOUND");
        (await other.GetAsync("/activities")).Items.ShouldBeEmpty();
    }

    private static async Task<Guid> CustomerAsync(ApiClient client, string name) => (await client.PostAsync("/customers", new { name })).ShouldBe(201).Id;

    private static async Task<Guid> LogAsync(ApiClient client, string at, object links)
    {
        var body = JsonSerializer.SerializeToNode(links)!.AsObject();
        (body["type"], body["subject"], body["occurredAt"]) = ("CALL", "Call", at);
        return (await client.PostAsync("/activities", body)).ShouldBe(201).Id;
    }

    private static async Task<string?> LastContactAsync(ApiClient client, Guid customer) => (string?)(await client.GetAsync($"/customers/{customer}")).ShouldBe(200).Data["lastContactDate"];
}
