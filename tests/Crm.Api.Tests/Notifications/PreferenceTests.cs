using Crm.Api.Tests.Fixture;
using Crm.Application.Notifications;

namespace Crm.Api.Tests.Notifications;

/// <summary>Which kinds reach a member in which way, and the e-mails that gather them.</summary>
public sealed class PreferenceTests(CrmApi api)
{
    [Fact]
    public async Task They_are_the_member_s_own_and_what_is_absent_becomes_its_default()
    {
        var tenant = await api.TenantAsync();
        var (member, _) = await tenant.MemberAsync();
        var stated = (await member.PutAsync("/notifications/preferences", new { email = new[] { "MENTION", "DEAL_WON", "MENTION" }, sms = new[] { "TASK_OVERDUE" }, digest = "WEEKLY", digestHour = 7, phone = "+359 88 123 4567" })).ShouldBe(200);
        stated.Data["email"]!.ToJsonString().ShouldBe("""["DEAL_WON","MENTION"]""");
        stated.Data["inApp"]!.AsArray().Count.ShouldBe(NotificationKinds.All.Count);
        (await member.GetAsync("/notifications/preferences")).ShouldBe(200).Body.ShouldBe(stated.Body);
        var other = (await tenant.GetAsync("/notifications/preferences")).ShouldBe(200);
        ((string?)other.Data["digest"], (int)other.Data["digestHour"]!, other.Data["email"]!.AsArray().Count).ShouldBe(("NONE", 8, 0));
        (await member.PutAsync("/notifications/preferences", new { })).ShouldBe(200).Data.ToJsonString().ShouldBe(other.Data.ToJsonString());
        (await tenant.PutAsync("/notifications/preferences", new { })).ShouldBe(200);
        var audited = (await tenant.GetAsync("/audit?action=SetNotificationPreferences")).ShouldBe(200).Items;
        audited.Count.ShouldBe(3);
        audited.ShouldAllBe(a => (string?)a!["outcome"] == "SUCCEEDED" && (string?)a["resource"] == "notifications" && a["detail"] == null, "what they prefer is their own affair");
        (await member.PutAsync("/notifications/preferences", new { email = new[] { "NEWS" }, digestHour = 24, digest = "HOURLY" })).ShouldFail(400, "VALIDATION_FAILED");
        foreach (var phone in new[] { "abc", "", "+", "1234567890123456" }) (await member.PutAsync("/notifications/preferences", new { phone })).ShouldFail(400, "VALIDATION_FAILED").Errors.ShouldContainKey("phone");
    }

    [Fact]
    public async Task A_kind_goes_by_e_mail_in_the_member_s_language_or_nowhere()
    {
        var tenant = await api.TenantAsync();
        var (member, memberId) = await tenant.MemberAsync();
        (await member.PatchAsync("/auth/me", new { language = "bg" })).ShouldBe(200);
        (await member.PutAsync("/notifications/preferences", new { inApp = new[] { "TASK_ASSIGNED" }, email = new[] { "MENTION" } })).ShouldBe(200);
        await api.NotifyAsync(tenant.Id, new Notice(memberId, NotificationKinds.DealWon, "Unwanted", null, null, null, null));
        await api.NotifyAsync(tenant.Id, new Notice(memberId, NotificationKinds.Mention, "Engine Ltd", "Ask her", null, null, null));
        var mail = await api.MailToAsync(member, "Engine Ltd");
        MailText.Header(mail, "Subject").ShouldBe("Споменаха Ви: Engine Ltd");
        MailText.Body(mail).ShouldContain("Ask her");
        var told = (await member.ToldAsync(1)).ShouldHaveSingleItem();
        ((string?)told["kind"], (bool)told["isRead"]!).ShouldBe(("MENTION", true), "not to be read in the application");
    }

    [Fact]
    public async Task A_digest_gathers_what_has_not_been_read_at_the_member_s_hour()
    {
        var tenant = await api.TenantAsync();
        var (member, memberId) = await tenant.MemberAsync();
        (await member.PatchAsync("/auth/me", new { timeZone = "Asia/Kathmandu" })).ShouldBe(200);
        (await member.PutAsync("/notifications/preferences", new { email = new[] { "WORKFLOW" }, digest = "DAILY", digestHour = 9 })).ShouldBe(200);
        foreach (var title in new[] { "First", "Read already", "Last" }) await api.NotifyAsync(tenant.Id, new Notice(memberId, NotificationKinds.Workflow, title, null, null, null, null));
        await api.NotifyAsync(tenant.Id, new Notice(memberId, NotificationKinds.Mention, "Not by e-mail", null, null, null, null));
        var read = (await member.ToldAsync(4)).Single(n => (string?)n["title"] == "Read already");
        (await member.PutAsync($"/notifications/{(Guid)read["id"]!}/read")).ShouldBe(200);
        // 9 o'clock in Kathmandu is 3:15 in UTC: the turn a quarter of an hour before sends nothing.
        var nine = new DateTimeOffset(DateTime.UtcNow.Date.AddDays(2), TimeSpan.Zero) + new TimeSpan(3, 15, 0);
        await api.TurnAsync("notifications.digest", tenant.Id, nine);
        var mail = MailText.Body(await api.MailToAsync(member, "Unread notifications"));
        mail.ShouldContain("- First");
        mail.ShouldContain("- Last");
        mail.ShouldNotContain("Read already");
        mail.ShouldNotContain("Not by e-mail");
        await api.TurnAsync("notifications.digest", tenant.Id, nine.AddMinutes(15));
        await api.TurnAsync("notifications.digest", tenant.Id, nine.AddDays(3));
        await Eventually.Async(async () => await api.OutboxAsync(tenant) == 0, "nothing waits");
        (await api.MailToAsync(member, "Unread notifications")).ShouldNotBeNull("only the one");
    }
}
