using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Operations;
using Crm.Application.Notifications;

namespace Crm.Api.Tests.Notifications;

/// <summary>What members are told of what others do: each of it once, and nobody else.</summary>
public sealed class NotificationTests(CrmApi api)
{
    [Fact]
    public async Task Who_is_given_a_task_by_somebody_else_is_told_once_though_two_instances_look()
    {
        await using var other = new ConfiguredApi(api);
        var tenant = await api.TenantAsync();
        var (member, memberId) = await tenant.MemberAsync();
        var tasks = await Task.WhenAll(Enumerable.Range(0, 12).Select(async i => (await tenant.PostAsync("/tasks", new { title = $"Task {i}", assigneeId = memberId })).ShouldBe(201).Id));
        (await member.PostAsync("/tasks", new { title = "My own" })).ShouldBe(201);
        var told = await member.ToldAsync(12);
        await api.FollowedAsync(tenant);
        told = await member.ToldAsync(12);
        told.Select(n => (Guid)n["recordId"]!).Order().ShouldBe(tasks.Order(), "each once, and not what he gave to himself");
        var first = told[0];
        ((string?)first["kind"], (string?)first["resource"], (bool)first["isRead"]!).ShouldBe(("TASK_ASSIGNED", "tasks", false));
        first["causationId"].ShouldNotBeNull();
        (await tenant.GetAsync("/notifications")).ShouldBe(200).Items.ShouldBeEmpty("the owner of the tenant sees none of it");
    }

    [Fact]
    public async Task A_deal_that_somebody_else_wins_or_loses_is_told_to_its_owner_and_the_manager_of_the_team()
    {
        var tenant = await api.TenantAsync();
        var (manager, managerId) = await tenant.MemberAsync("MANAGER");
        var team = (await tenant.PostAsync("/teams", new { name = "Sales", managerId })).ShouldBe(201).Id;
        var (owner, ownerId) = await tenant.MemberAsync("USER", team);
        var stages = await tenant.StagesAsync();
        var won = (await tenant.DealAsync(new { ownerId }, "Won one")).Id;
        var lost = (await tenant.DealAsync(new { ownerId }, "Lost one")).Id;
        (await tenant.PutAsync($"/deals/{won}/stage", new { stageId = stages["CLOSED_WON"] })).ShouldBe(200);
        (await tenant.PutAsync($"/deals/{lost}/stage", new { stageId = stages["CLOSED_LOST"], lostReason = "Price" })).ShouldBe(200);
        foreach (var member in new[] { owner, manager })
        {
            var told = await member.ToldAsync(2);
            told.Select(n => ((string?)n["kind"], (string?)n["title"], (Guid)n["recordId"]!)).ShouldBe([("DEAL_WON", "Won one", won), ("DEAL_LOST", "Lost one", lost)]);
        }
        (await tenant.GetAsync("/notifications")).Items.ShouldBeEmpty("nobody is told what he did himself");
    }

    [Fact]
    public async Task Whom_a_text_names_is_told_with_the_words_around_it_and_again_only_when_named_anew()
    {
        var tenant = await api.TenantAsync();
        var (ada, adaId) = await tenant.MemberAsync();
        var (grace, _) = await tenant.MemberAsync();
        var email = (string)(await grace.GetAsync("/auth/me")).Data["email"]!;
        var lead = (await tenant.PostAsync("/leads", new { name = "Engine Ltd", notes = $"Ask @[Ada Byron]({adaId}) about it; she wrote to {email}." })).ShouldBe(201).Id;
        var told = (await ada.ToldAsync(1)).ShouldHaveSingleItem();
        ((string?)told["kind"], (string?)told["title"], (Guid)told["recordId"]!).ShouldBe(("MENTION", "Engine Ltd", lead));
        ((string?)told["body"])!.ShouldContain("Ask @[Ada Byron]");
        (await tenant.PatchAsync($"/leads/{lead}", new { notes = $"Ask @[Ada Byron]({adaId}), and @{email} too." })).ShouldBe(200);
        (await tenant.PostAsync("/activities", new { type = "NOTE", subject = "Call", body = $"@{email.ToUpperInvariant()}: look" })).ShouldBe(201);
        (await grace.ToldAsync(2)).Select(n => (string?)n["title"]).ShouldBe(["Engine Ltd", "Call"], "an address alone names nobody");
        await api.FollowedAsync(tenant);
        (await ada.ToldAsync(1)).Count.ShouldBe(1, "she was named before");
    }

    [Fact]
    public async Task Nobody_is_told_of_a_record_that_he_may_not_see()
    {
        var tenant = await api.TenantAsync();
        (await tenant.PatchAsync("/tenant", new { recordVisibility = "OWN" })).ShouldBe(200);
        var (member, memberId) = await tenant.MemberAsync();
        (await tenant.PostAsync("/leads", new { name = "Secret", notes = $"@[Member]({memberId})" })).ShouldBe(201);
        await api.FollowedAsync(tenant);
        (await member.GetAsync("/notifications")).ShouldBe(200).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task Others_tell_what_they_like_and_an_occasion_is_told_once()
    {
        var (tenant, stranger) = (await api.TenantAsync(), await api.TenantAsync());
        var (member, memberId) = await tenant.MemberAsync();
        foreach (var kind in NotificationKinds.All)
            for (var i = 0; i < 2; i++) await api.NotifyAsync(tenant.Id, new Notice(memberId, kind, new string('x', 400), new string('y', 2_000), null, null, null) { Occasion = "today" });
        var told = await member.ToldAsync(NotificationKinds.All.Count);
        told.Select(n => (string)n["kind"]!).Order().ShouldBe(NotificationKinds.All.Order());
        told.ShouldAllBe(n => ((string)n["title"]!).Length == 300 && ((string)n["body"]!).Length == 1_000);
        await api.NotifyAsync(tenant.Id, new Notice(stranger.UserId, NotificationKinds.Workflow, "Hello", null, null, null, null));
        (await stranger.GetAsync("/notifications")).Items.ShouldBeEmpty("he is no member of this tenant");
        await Should.ThrowAsync<ArgumentException>(() => api.NotifyAsync(tenant.Id, new Notice(memberId, "NEWS", "Hello", null, null, null, null)));
    }

    [Fact]
    public async Task Reading_and_deleting_happen_once_and_are_counted()
    {
        var tenant = await api.TenantAsync();
        var (member, memberId) = await tenant.MemberAsync();
        for (var i = 0; i < 3; i++) await api.NotifyAsync(tenant.Id, new Notice(memberId, NotificationKinds.Workflow, $"Notice {i}", null, null, null, null));
        var ids = (await member.ToldAsync(3)).Select(n => (Guid)n["id"]!).ToList();
        (await UnreadAsync(member)).ShouldBe(3);
        var read = (await member.PutAsync($"/notifications/{ids[0]}/read")).ShouldBe(200);
        ((bool)read.Data["isRead"]!, read.Header("ETag")).ShouldBe((true, "\"2\""));
        (await member.PutAsync($"/notifications/{ids[0]}/read")).ShouldBe(200).Body.ShouldBe(read.Body);
        (await member.GetAsync("/notifications?isRead=true")).Items.ShouldHaveSingleItem();
        (await member.GetAsync("/notifications?isRead=false&kind=WORKFLOW,MENTION&sort=createdAt")).Items.Select(n => (Guid)n!["id"]!).ShouldBe(ids[1..]);
        ((int)(await member.PutAsync("/notifications/read-all")).ShouldBe(200).Data["read"]!).ShouldBe(2);
        ((int)(await member.PutAsync("/notifications/read-all")).ShouldBe(200).Data["read"]!).ShouldBe(0);
        (await UnreadAsync(member)).ShouldBe(0);
        var history = (await member.GetAsync($"/notifications/{ids[1]}/history")).ShouldBe(200).Items;
        var change = history[0]!["changes"]![0]!;
        ((string?)change["field"], (string?)change["after"]).ShouldBe(("readAt", (await member.GetAsync($"/notifications/{ids[1]}")).Of("readAt")));
        (await member.DeleteAsync($"/notifications/{ids[2]}")).ShouldBe(204);
        (await member.GetAsync($"/notifications/{ids[2]}")).ShouldFail(404, "NOT_FOUND");
        (await member.GetAsync("/notifications?search=x")).ShouldBe(400);
    }

    private static async Task<long> UnreadAsync(ApiClient member) => (long)(await member.GetAsync("/notifications/unread-count")).ShouldBe(200).Data["count"]!;
}
