using Crm.Api.Tests.Events;
using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Webhooks;
using Crm.Application.Notifications;

namespace Crm.Api.Tests.Notifications;

/// <summary>A notification is its member's alone: neither who sees all records nor who administers the tenant sees it.</summary>
public sealed class PersonalTests(CrmApi api)
{
    [Fact]
    public async Task Neither_the_tenant_s_owner_nor_a_colleague_nor_another_tenant_finds_it()
    {
        var (tenant, elsewhere) = (await api.TenantAsync(), await api.TenantAsync());
        var ((member, memberId), (colleague, _)) = (await tenant.MemberAsync(), await tenant.MemberAsync());
        var (admin, _) = await tenant.MemberAsync("ADMIN");
        await api.NotifyAsync(tenant.Id, new Notice(memberId, NotificationKinds.Workflow, "For you alone", null, null, null, null));
        var id = (Guid)(await member.ToldAsync(1))[0]["id"]!;
        foreach (var other in new[] { tenant, colleague, admin, elsewhere })
        {
            (await other.GetAsync("/notifications")).ShouldBe(200).Items.ShouldBeEmpty();
            (await other.PostAsync("/notifications/query", new { filter = new { field = "kind", op = "eq", value = "WORKFLOW" } })).ShouldBe(200).Items.ShouldBeEmpty();
            (await other.GetAsync($"/notifications/{id}")).ShouldFail(404, "NOT_FOUND");
            (await other.GetAsync($"/notifications/{id}/history")).ShouldFail(404, "NOT_FOUND");
            (await other.PutAsync($"/notifications/{id}/read")).ShouldFail(404, "NOT_FOUND");
            (await other.DeleteAsync($"/notifications/{id}")).ShouldFail(404, "NOT_FOUND");
            ((long)(await other.GetAsync("/notifications/unread-count")).Data["count"]!).ShouldBe(0);
            ((int)(await other.PutAsync("/notifications/read-all")).ShouldBe(200).Data["read"]!).ShouldBe(0);
        }
        ((bool)(await member.GetAsync($"/notifications/{id}")).ShouldBe(200).Data["isRead"]!).ShouldBeFalse();
    }

    [Fact]
    public async Task The_log_and_the_audit_trail_show_it_to_its_member_only()
    {
        var tenant = await api.TenantAsync();
        var (member, memberId) = await tenant.MemberAsync("ADMIN");
        await api.NotifyAsync(tenant.Id, new Notice(memberId, NotificationKinds.Workflow, "For you alone", null, null, null, null));
        var created = (await member.EventsAsync("types=notification.created")).Items.ShouldHaveSingleItem()!;
        ((string?)created["data"]!["record"]!["title"]).ShouldBe("For you alone");
        (await tenant.LeadAsync()).ShouldNotBe(Guid.Empty);
        (await tenant.EventsAsync("types=lead.created")).Items.ShouldHaveSingleItem("the log has come that far");
        (await tenant.GetAsync("/events?types=notification.created")).ShouldBe(200).Items.ShouldBeEmpty();
        (await tenant.GetAsync($"/events?aggregateId={(Guid)created["aggregateId"]!}")).ShouldBe(200).Items.ShouldBeEmpty();
        (await tenant.GetAsync("/audit?action=notification.created")).ShouldBe(200).Items.ShouldBeEmpty();
        (await member.GetAsync("/audit?action=notification.created")).ShouldBe(200).Items.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Streams_bring_it_to_its_member_at_once_and_to_nobody_else()
    {
        var tenant = await api.TenantAsync();
        var (member, memberId) = await tenant.MemberAsync();
        await using var own = await EventFeed.OpenAsync(member, "types=notification.created,lead.created");
        await using var other = await EventFeed.OpenAsync(tenant, "types=notification.created,lead.created");
        await api.NotifyAsync(tenant.Id, new Notice(memberId, NotificationKinds.Workflow, "For you alone", null, null, null, null));
        await tenant.LeadAsync("For everybody");
        (await own.TakeAsync(2)).Select(t => (string?)t.Data!["type"]).ShouldBe(["notification.created", "lead.created"]);
        (await other.TakeAsync(1)).Select(t => (string?)t.Data!["type"]).ShouldBe(["lead.created"], "what came before was not for him");
    }

    [Fact]
    public async Task A_webhook_for_everything_is_not_sent_it()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var tenant = await api.TenantAsync();
        var (_, memberId) = await tenant.MemberAsync();
        var (webhook, _) = await tenant.WebhookAsync(receiver, ["*"]);
        await api.NotifyAsync(tenant.Id, new Notice(memberId, NotificationKinds.Workflow, "For you alone", null, null, null, null));
        await tenant.LeadAsync("For everybody");
        await tenant.DeliveryAsync(webhook, d => (string?)d["eventType"] == "lead.created");
        (await tenant.DeliveriesAsync(webhook)).ShouldNotContain(d => ((string?)d!["eventType"])!.StartsWith("notification.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_leaves_takes_along_what_he_was_told_and_what_he_has_stated()
    {
        var tenant = await api.TenantAsync();
        var (member, memberId) = await tenant.MemberAsync();
        (await member.PutAsync("/notifications/preferences", new { email = new[] { "MENTION" }, digest = "DAILY" })).ShouldBe(200);
        await api.NotifyAsync(tenant.Id, new Notice(memberId, NotificationKinds.Workflow, "One", null, null, null, null));
        await api.NotifyAsync(tenant.Id, new Notice(memberId, NotificationKinds.Workflow, "Two", null, null, null, null));
        await member.ToldAsync(2);
        (await tenant.DeleteAsync($"/team/members/{memberId}")).ShouldBe(204);
        await using var connection = await api.TenantConnectionAsync(tenant.Id);
        (await Dapper.SqlMapper.QuerySingleAsync<(int, int)>(connection, """
            select (select count(*)::int from crm_read.notifications where member_id = @memberId and deleted_at is null),
                   (select count(*)::int from crm_read.notification_preferences where member_id = @memberId)
            """, new { memberId })).ShouldBe((0, 0));
        await api.NotifyAsync(tenant.Id, new Notice(memberId, NotificationKinds.Workflow, "Three", null, null, null, null));
        (await Dapper.SqlMapper.QuerySingleAsync<int>(connection, "select count(*)::int from crm_read.events where type = 'notification.deleted' and owner_id = @memberId", new { memberId })).ShouldBe(2);
        (await Dapper.SqlMapper.QuerySingleAsync<int>(connection, "select count(*)::int from crm_read.notifications where member_id = @memberId", new { memberId })).ShouldBe(2, "he is told nothing any more");
    }
}
