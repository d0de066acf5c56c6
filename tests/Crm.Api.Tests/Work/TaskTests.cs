using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Work;

public sealed class TaskTests(CrmApi api)
{
    [Fact]
    public async Task A_task_has_its_defaults_and_its_links()
    {
        var tenant = await api.TenantAsync();
        var lead = await tenant.LeadAsync();
        var reply = (await tenant.PostAsync("/tasks", new { title = "Call back", dueAt = "2026-03-02T09:00:00Z", leadId = lead })).ShouldBe(201);
        reply.Header("Location").ShouldBe($"/api/v1/tasks/{reply.Id}");
        (reply.Of("type"), reply.Of("priority"), reply.Of("status"), reply.Of("dueAt")).ShouldBe(("FOLLOW_UP", "MEDIUM", "NOT_STARTED", "2026-03-02T09:00:00Z"));
        ((Guid)reply.Data["assigneeId"]!).ShouldBe(tenant.UserId);
        reply.Data["completedAt"].ShouldBeNull();
        (await tenant.GetAsync($"/tasks?leadId={lead}&sort=dueAt")).Items.Count.ShouldBe(1);
        (await tenant.GetAsync("/tasks?priority=HIGH")).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task Everything_wrong_with_a_task_is_told_at_once()
    {
        var tenant = await api.TenantAsync();
        var reply = (await tenant.PostAsync("/tasks", new { type = "LUNCH", priority = 1, dueAt = "tomorrow", completedAt = "2026-03-02T09:00:00Z", ownerId = tenant.UserId })).ShouldFail(400, "VALIDATION_FAILED");
        reply.Errors.Select(e => e.Key).Order().ShouldBe(["completedAt", "dueAt", "ownerId", "priority", "title", "type"]);
        (await tenant.PostAsync("/tasks", new { title = "x", leadId = Guid.NewGuid() })).ShouldFail(422, "UNPROCESSABLE").Errors.ShouldContainKey("leadId");
        (await tenant.PostAsync("/tasks", new { title = "x", assigneeId = Guid.NewGuid() })).ShouldFail(422, "UNPROCESSABLE").Errors.ShouldContainKey("assigneeId");
    }

    [Fact]
    public async Task Completing_answers_the_record_and_does_it_once()
    {
        var tenant = await api.TenantAsync();
        var id = (await tenant.PostAsync("/tasks", new { title = "Call back" })).Id;
        var done = (await tenant.PutAsync($"/tasks/{id}/complete")).ShouldBe(200);
        done.Of("status").ShouldBe("COMPLETED");
        done.Data["completedAt"].ShouldNotBeNull();
        done.Header("ETag").ShouldBe("\"2\"");
        var again = (await tenant.PutAsync($"/tasks/{id}/complete", new { })).ShouldBe(200);
        again.Body.ShouldBe(done.Body);
        (await tenant.GetAsync($"/tasks/{id}/history")).Items.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Completing_takes_nothing_but_the_task()
    {
        var tenant = await api.TenantAsync();
        var id = (await tenant.PostAsync("/tasks", new { title = "Call back" })).Id;
        (await tenant.PutAsync($"/tasks/{id}/complete", new { when = "now" })).ShouldFail(400, "VALIDATION_FAILED");
        (await tenant.RawAsync("PUT", $"/tasks/{id}/complete", "[]"u8.ToArray())).ShouldFail(400, "VALIDATION_FAILED");
        (await tenant.PutAsync($"/tasks/{id}/complete", null, ("If-Match", "\"7\""))).ShouldFail(412, "PRECONDITION_FAILED");
        (await tenant.PutAsync($"/tasks/{Guid.NewGuid()}/complete")).ShouldFail(404, "NOT_FOUND");
        (await tenant.GetAsync($"/tasks/{id}")).Of("status").ShouldBe("NOT_STARTED");
    }

    [Fact]
    public async Task The_status_completes_a_task_as_well_and_takes_it_up_again()
    {
        var tenant = await api.TenantAsync();
        var id = (await tenant.PostAsync("/tasks", new { title = "Call back" })).Id;
        (await tenant.PatchAsync($"/tasks/{id}", new { status = "COMPLETED" })).ShouldBe(200).Data["completedAt"].ShouldNotBeNull();
        (await tenant.PatchAsync($"/tasks/{id}", new { status = "IN_PROGRESS" })).ShouldBe(200).Data["completedAt"].ShouldBeNull();
        (await tenant.EventsAsync($"aggregateId={id}&types=task.completed")).Items.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Assigning_raises_an_event()
    {
        var tenant = await api.TenantAsync();
        var (_, bob) = await tenant.MemberAsync();
        var id = (await tenant.PostAsync("/tasks", new { title = "Call back" })).Id;
        (await tenant.PatchAsync($"/tasks/{id}", new { assigneeId = bob })).ShouldBe(200);
        var assigned = (await tenant.EventsAsync($"aggregateId={id}&types=task.assigned")).Items.ShouldHaveSingleItem()!;
        ((Guid)assigned["data"]!["assigneeId"]!).ShouldBe(bob);
        ((Guid)assigned["data"]!["previousAssigneeId"]!).ShouldBe(tenant.UserId);
    }

    [Fact]
    public async Task Own_visibility_shows_a_task_to_its_assignee_and_to_who_gave_it()
    {
        var tenant = await api.TenantAsync();
        (await tenant.PatchAsync("/tenant", new { recordVisibility = "OWN" })).ShouldBe(200);
        var ((giver, _), (doer, doerId), (stranger, _)) = (await tenant.MemberAsync(), await tenant.MemberAsync(), await tenant.MemberAsync());
        var id = (await giver.PostAsync("/tasks", new { title = "Call back", assigneeId = doerId })).ShouldBe(201).Id;
        foreach (var client in (ApiClient[])[giver, doer, tenant])
        {
            (await client.GetAsync($"/tasks/{id}")).ShouldBe(200);
            (await client.GetAsync("/tasks")).Items.Count.ShouldBe(1);
            (await client.GetAsync($"/tasks/{id}/history")).ShouldBe(200);
            (await client.EventsAsync("aggregateType=task", 2)).Items.Count.ShouldBe(2);
        }
        (await stranger.GetAsync($"/tasks/{id}")).ShouldFail(404, "NOT_FOUND");
        (await stranger.GetAsync($"/tasks/{id}/history")).ShouldFail(404, "NOT_FOUND");
        (await stranger.PutAsync($"/tasks/{id}/complete")).ShouldFail(404, "NOT_FOUND");
        (await stranger.GetAsync("/tasks")).Items.ShouldBeEmpty();
        (await stranger.GetAsync("/events?aggregateType=task")).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task Another_tenant_finds_nothing()
    {
        var (mine, other) = (await api.TenantAsync(), await api.TenantAsync());
        var id = (await mine.PostAsync("/tasks", new { title = "Call back" })).Id;
        (await other.GetAsync($"/tasks/{id}")).ShouldFail(404, "NOT_FOUND");
        (await other.PutAsync($"/tasks/{id}/complete")).ShouldFail(404, "NOT_FOUND");
        (await other.DeleteAsync($"/tasks/{id}")).ShouldFail(404, "NOT_FOUND");
        (await other.GetAsync("/tasks")).Items.ShouldBeEmpty();
    }
}
