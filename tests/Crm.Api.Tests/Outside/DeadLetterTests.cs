using Crm.Api.Tests.Fixture;
using Dapper;

namespace Crm.Api.Tests.Outside;

public sealed class DeadLetterTests(CrmApi api)
{
    [Fact]
    public async Task A_delivery_that_was_given_up_is_listed_and_can_be_tried_again()
    {
        var (mine, other) = (await api.TenantAsync(), await api.TenantAsync());
        var (customer, letter) = await GivenUpAsync(mine);

        var listed = (await mine.GetAsync("/dead-letters")).ShouldBe(200);

        var row = listed.Items.ShouldHaveSingleItem()!;
        ((Guid)row["id"]!, (string?)row["sink"], (string?)row["eventType"], (Guid)row["aggregateId"]!, (int)row["attempts"]!, (string?)row["lastError"])
            .ShouldBe((letter, "email.welcome", "customer.created", customer, 10, "SMTP 550 MailboxUnavailable"));
        ((int)listed.Meta["total"]!).ShouldBe(1);
        (await other.GetAsync("/dead-letters")).ShouldBe(200).Items.ShouldBeEmpty();
        (await other.PostAsync($"/dead-letters/{letter}/retry")).ShouldFail(404, "NOT_FOUND");

        (await mine.PostAsync($"/dead-letters/{letter}/retry")).ShouldBe(200).Id.ShouldBe(letter);

        await api.MailAsync(mine, customer);
        (await mine.GetAsync("/dead-letters")).Items.ShouldBeEmpty();
        (await mine.PostAsync($"/dead-letters/{letter}/retry")).ShouldFail(404, "NOT_FOUND");
        await using var connection = await api.TenantConnectionAsync(mine.Id);
        (await connection.QuerySingleAsync<string>("select action || ' ' || outcome from crm_read.audit_log where record_id = @letter and outcome <> 'FAILED'", new { letter })).ShouldBe("RetryDeadLetter SUCCEEDED");
    }

    [Fact]
    public async Task Dead_letters_are_paged()
    {
        var tenant = await api.TenantAsync();
        for (var i = 0; i < 3; i++) await GivenUpAsync(tenant);
        var first = (await tenant.GetAsync("/dead-letters?take=2")).ShouldBe(200);
        first.Items.Count.ShouldBe(2);
        var second = (await tenant.GetAsync($"/dead-letters?take=2&cursor={first.Meta["nextCursor"]}")).ShouldBe(200);
        second.Items.Concat(first.Items).Select(i => (Guid)i!["id"]!).Distinct().Count().ShouldBe(3);
        second.Meta["nextCursor"].ShouldBeNull();
        (await tenant.GetAsync("/dead-letters?cursor=abc")).ShouldFail(400, "INVALID_QUERY");
        (await tenant.GetAsync("/dead-letters?sink=email")).ShouldFail(400, "INVALID_QUERY");
    }

    [Theory]
    [InlineData("USER", 403)]
    [InlineData("MANAGER", 403)]
    [InlineData("ADMIN", 200)]
    public async Task Only_those_who_run_the_tenant_see_them(string role, int status)
    {
        var tenant = await api.TenantAsync();
        var (member, _) = await tenant.MemberAsync(role);
        (await member.GetAsync("/dead-letters")).ShouldBe(status);
        (await member.PostAsync($"/dead-letters/{Guid.NewGuid()}/retry")).ShouldBe(status == 403 ? 403 : 404);
    }

    [Fact]
    public async Task The_depth_of_the_outbox_is_published()
    {
        await GivenUpAsync(await api.TenantAsync());
        await Eventually.Async(async () => (await api.Anonymous.GetAsync("/metrics")).Text is var text
            && text.Contains("crm_outbox_depth{state=\"dead\"}") && text.Contains("crm_outbox_depth{state=\"pending\"}"), "no crm_outbox_depth");
    }

    private async Task<(Guid Customer, Guid Letter)> GivenUpAsync(TenantClient tenant)
    {
        (await tenant.PatchAsync("/tenant", new { welcomeEmail = false })).ShouldBe(200);
        var customer = await tenant.CustomerAsync("New", new { email = $"{Guid.NewGuid():N}@example.com" });
        var (letter, eventId) = (Guid.CreateVersion7(), await api.EventAsync(tenant, customer, "customer.created"));
        await using var connection = await api.TenantConnectionAsync(tenant.Id);
        await connection.ExecuteAsync("""
            insert into crm.outbox (id, tenant_id, event_id, sink, attempts, last_error, dead_at)
            values (@letter, @Id, @eventId, 'email.welcome', 10, 'SMTP 550 MailboxUnavailable', now())
            """, new { letter, tenant.Id, eventId });
        return (customer, letter);
    }
}
