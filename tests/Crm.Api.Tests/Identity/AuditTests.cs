using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Identity;

public sealed class AuditTests(CrmApi api)
{
    [Fact]
    public async Task Successes_refusals_and_sign_ins_stand_in_one_trail_newest_first()
    {
        var tenant = await api.TenantAsync();
        var lead = await tenant.LeadAsync();
        (await tenant.PatchAsync($"/leads/{lead}", new { value = new { amount = 1, currency = "EUR" } }, ("If-Match", "\"9\""))).ShouldFail(412, "PRECONDITION_FAILED");
        (await api.Anonymous.PostAsync("/auth/login", new { email = tenant.Email, password = "Wr0ng-password" })).ShouldFail(401, "INVALID_CREDENTIALS");
        (await api.Anonymous.PostAsync("/auth/login", new { email = tenant.Email, password = tenant.Password })).ShouldBe(200);
        var trail = await tenant.GetAsync("/audit");
        trail.ShouldBe(200);
        trail.Names("action").Take(4).ShouldBe(["Login", "Login", "UpdateLead", "lead.created"]);
        trail.Names("outcome").Take(4).ShouldBe(["SUCCEEDED", "REFUSED", "FAILED", "SUCCEEDED"]);
        trail.Names("action").ShouldContain("tenant.registered");
        var failed = trail.Items[2]!.AsObject();
        failed.Select(m => m.Key).ShouldBe(["id", "occurredAt", "actor", "action", "outcome", "resource", "recordId", "requestId", "sourceAddress", "detail"]);
        ((string?)failed["resource"]).ShouldBe("leads");
        ((Guid)failed["recordId"]!).ShouldBe(lead);
        ((Guid)failed["actor"]!["id"]!).ShouldBe(tenant.UserId);
        ((string?)failed["detail"]!["code"]).ShouldBe("PRECONDITION_FAILED");
        ((string?)trail.Items[3]!["resource"]).ShouldBe("leads");
        trail.Text.ShouldNotContain("Wr0ng-password");
    }

    [Fact]
    public async Task A_refusal_names_who_tried_what()
    {
        var tenant = await api.TenantAsync();
        var (member, userId) = await tenant.MemberAsync();
        (await member.DeleteAsync($"/team/members/{tenant.UserId}")).ShouldFail(403, "FORBIDDEN");
        var refused = (await tenant.GetAsync($"/audit?outcome=REFUSED&actorId={userId}")).ShouldBe(200).Items.ShouldHaveSingleItem()!;
        ((string?)refused["action"]).ShouldBe("RemoveMember");
        ((string?)refused["resource"]).ShouldBe("team/members");
        ((Guid)refused["recordId"]!).ShouldBe(tenant.UserId);
    }

    [Fact]
    public async Task Filters_select_and_unknown_ones_are_refused()
    {
        var tenant = await api.TenantAsync();
        var lead = await tenant.LeadAsync();
        await tenant.PatchAsync($"/leads/{lead}", new { name = "Countess" });
        (await tenant.GetAsync($"/audit?resource=leads&id={lead}")).Names("action").ShouldBe(["lead.updated", "lead.created"]);
        (await tenant.GetAsync("/audit?action=lead.created")).Items.Count.ShouldBe(1);
        (await tenant.GetAsync("/audit?action=lead.created&outcome=FAILED")).Items.ShouldBeEmpty();
        (await tenant.GetAsync("/audit?from=2100-01-01T00:00:00Z")).Items.ShouldBeEmpty();
        (await tenant.GetAsync("/audit?to=2100-01-01T00:00:00Z&resource=leads")).Items.Count.ShouldBe(2);
        (await tenant.GetAsync("/audit?colour=red")).ShouldFail(400, "INVALID_QUERY");
        (await tenant.GetAsync("/audit?outcome=MAYBE")).ShouldFail(400, "INVALID_QUERY");
        (await tenant.GetAsync("/audit?cursor=nonsense")).ShouldFail(400, "INVALID_QUERY");
        (await tenant.GetAsync("/audit?skip=5")).ShouldFail(400, "INVALID_QUERY");
    }

    [Fact]
    public async Task Pages_show_every_row_once_while_others_write()
    {
        var tenant = await api.TenantAsync();
        for (var i = 0; i < 12; i++) await tenant.LeadAsync($"Lead {i}");
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await tenant.GetAsync($"/audit?action=lead.created&take=5{(cursor is null ? "" : $"&cursor={cursor}")}");
            seen.AddRange(page.ShouldBe(200).Items.Select(i => (string)i!["recordId"]!));
            await tenant.LeadAsync("In between");
            cursor = (string?)page.Meta["nextCursor"];
        }
        while (cursor is not null);
        seen.Count.ShouldBe(12);
        seen.Distinct().Count().ShouldBe(12);
    }

    [Fact]
    public async Task The_trail_is_the_tenants_own()
    {
        var (mine, other) = (await api.TenantAsync(), await api.TenantAsync());
        await other.LeadAsync();
        (await mine.GetAsync("/audit?resource=leads")).ShouldBe(200).Items.ShouldBeEmpty();
        (await mine.GetAsync($"/audit?actorId={other.UserId}")).ShouldBe(200).Items.ShouldBeEmpty();
    }
}
