using Crm.Api.Tests.Fixture;
using Crm.Domain.Common;

namespace Crm.Api.Tests.Parties;

public sealed class OnboardingTests(CrmApi api)
{
    [Fact]
    public async Task A_new_customer_gets_a_task_of_its_owner()
    {
        var tenant = await api.TenantAsync();
        var (_, seller) = await tenant.MemberAsync();
        var before = DateTimeOffset.UtcNow;
        var customer = await tenant.CustomerAsync("New", new { ownerId = seller });

        var task = (await tenant.GetAsync($"/tasks?customerId={customer}")).ShouldBe(200).Items.ShouldHaveSingleItem()!;

        ((string?)task["title"], (string?)task["priority"], (string?)task["type"], (string?)task["status"], (Guid)task["assigneeId"]!)
            .ShouldBe(("Initial customer contact", "HIGH", "FOLLOW_UP", "NOT_STARTED", seller));
        Instants.TryParseInstant((string)task["dueAt"]!, out var due).ShouldBeTrue();
        due.ShouldBeInRange(before.AddDays(1).AddSeconds(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    [Fact]
    public async Task Who_makes_a_customer_of_another_under_own_visibility_starts_the_onboarding_all_the_same()
    {
        var tenant = await api.TenantAsync();
        (await tenant.PatchAsync("/tenant", new { recordVisibility = "OWN" })).ShouldBe(200);
        var (seller, _) = await tenant.MemberAsync();
        var customer = await seller.CustomerAsync("Of the boss", new { ownerId = tenant.UserId, email = "boss@example.com" });
        (await tenant.GetAsync($"/tasks?customerId={customer}")).ShouldBe(200).Items.ShouldHaveSingleItem();
        (await api.MailAsync(tenant, customer)).ShouldContain("boss@example.com");
    }

    [Fact]
    public async Task A_new_customer_is_written_to_in_the_tenants_language()
    {
        var tenant = await api.TenantAsync();
        (await tenant.PatchAsync("/tenant", new { name = "Аналитика ООД", language = "bg" })).ShouldBe(200);
        var customer = await tenant.CustomerAsync("Ада Байрон", new { email = "Ada@Example.com" });

        var mail = await api.MailAsync(tenant, customer);

        mail.ShouldContain("To: =?utf-8?B?0JDQtNCwINCR0LDQudGA0L7QvQ==?=\r\n <ada@example.com>\r\n");
        MailText.Body(mail).ShouldContain("Здравейте, Ада Байрон,");
        MailText.Header(mail, "Subject").ShouldBe("Добре дошли в Аналитика ООД");
    }

    [Fact]
    public async Task A_name_cannot_add_a_header()
    {
        var tenant = await api.TenantAsync();
        var customer = await tenant.CustomerAsync("Mallory\r\nBcc: everybody@example.com", new { email = "mallory@example.com" });
        var head = (await api.MailAsync(tenant, customer)).Split("\r\n\r\n")[0];
        head.ShouldNotContain("\nBcc:");
        head.ShouldContain("\"Mallory  Bcc: everybody@example.com\" <mallory@example.com>");
    }

    [Fact]
    public async Task The_welcome_email_is_no_activity()
    {
        var tenant = await api.TenantAsync();
        var customer = await tenant.CustomerAsync("New", new { email = "new@example.com" });
        await api.MailAsync(tenant, customer);
        (await tenant.GetAsync("/activities")).Items.ShouldBeEmpty();
        (await tenant.GetAsync($"/customers/{customer}")).Data["lastContactDate"].ShouldBeNull();
    }

    [Fact]
    public async Task A_tenant_that_wants_no_welcome_sends_none()
    {
        var tenant = await api.TenantAsync();
        (await tenant.PatchAsync("/tenant", new { welcomeEmail = false })).ShouldBe(200);
        var quiet = await tenant.CustomerAsync("Quiet", new { email = "quiet@example.com" });
        (await api.OutboxAsync(tenant)).ShouldBe(0);
        File.Exists(api.MailFile(await api.EventAsync(tenant, quiet, "customer.created"))).ShouldBeFalse();
    }
}
