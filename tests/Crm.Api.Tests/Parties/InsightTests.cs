using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Parties;

public sealed class InsightTests(CrmApi api)
{
    [Fact]
    public async Task A_new_customer_is_at_risk_and_gets_every_recommendation()
    {
        var tenant = await api.TenantAsync();
        var customer = await tenant.CustomerAsync("New", new { email = "new@example.com" });

        (await tenant.InsightAsync(customer)).ToJsonString().ShouldBe("""
            {"value":{"amount":0.00,"currency":"EUR"},"otherValues":[],"engagementScore":0,"isAtRisk":true,"daysSinceContact":null,"activitiesLast30Days":0,"openDeals":0,"emailOpenRate":0,
            "recommendedActions":["Schedule immediate follow-up call","Send personalized check-in email","Increase engagement with valuable content","Offer product demo or consultation","Create sales opportunity","Schedule needs assessment"]}
            """.ReplaceLineEndings(""));
    }

    [Fact]
    public async Task An_activity_counts_once_however_it_is_linked()
    {
        var tenant = await api.TenantAsync();
        var customer = await tenant.CustomerAsync();
        var contact = (await tenant.PostAsync("/contacts", new { lastName = "Byron", customerId = customer })).ShouldBe(201).Id;
        var stranger = (await tenant.PostAsync("/contacts", new { lastName = "Stranger" })).ShouldBe(201).Id;
        await tenant.ActivityAsync(new { customerId = customer, contactId = contact }, daysAgo: 2);
        await tenant.ActivityAsync(new { contactId = contact }, daysAgo: 5);
        await tenant.ActivityAsync(new { contactId = stranger });
        await tenant.ActivityAsync(new { customerId = customer }, daysAgo: 29);
        await tenant.ActivityAsync(new { customerId = customer }, daysAgo: 32);
        await tenant.DeleteAsync($"/activities/{await tenant.ActivityAsync(new { customerId = customer })}");

        var insight = await tenant.InsightAsync(customer);

        ((int)insight["activitiesLast30Days"]!, (int)insight["engagementScore"]!, (int)insight["daysSinceContact"]!, (bool)insight["isAtRisk"]!).ShouldBe((3, 30, 2, false));
    }

    [Fact]
    public async Task Days_are_those_of_the_tenants_time_zone()
    {
        // Of these two zones one is always a day ahead of the other.
        var tenant = await api.TenantAsync();
        var customer = await tenant.CustomerAsync();
        await tenant.ActivityAsync(new { customerId = customer });
        (await tenant.PatchAsync("/tenant", new { timeZone = "Pacific/Kiritimati" })).ShouldBe(200);
        var east = (await tenant.GetAsync($"/customers/{customer}")).ShouldBe(200);
        (await tenant.PatchAsync("/tenant", new { timeZone = "Pacific/Pago_Pago" })).ShouldBe(200);
        var west = (await tenant.GetAsync($"/customers/{customer}")).ShouldBe(200);

        Day(east).DayNumber.ShouldBe(Day(west).DayNumber + 1);
        east.Header("ETag").ShouldBe(west.Header("ETag"), "derived members never raise the version");
        ((int)(await tenant.InsightAsync(customer))["daysSinceContact"]!).ShouldBe(0);
    }

    [Fact]
    public async Task The_last_contact_follows_a_contact_to_its_new_customer()
    {
        var tenant = await api.TenantAsync();
        var (left, joined) = (await tenant.CustomerAsync("Left"), await tenant.CustomerAsync("Joined"));
        var contact = (await tenant.PostAsync("/contacts", new { lastName = "Byron", customerId = left })).ShouldBe(201).Id;
        await tenant.ActivityAsync(new { contactId = contact }, daysAgo: 3);
        (await LastContact(tenant, left)).ShouldNotBeNull();

        (await tenant.PatchAsync($"/contacts/{contact}", new { customerId = joined })).ShouldBe(200);

        (await LastContact(tenant, left)).ShouldBeNull();
        (await LastContact(tenant, joined)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_deleted_contact_takes_its_talks_along_and_brings_them_back()
    {
        var tenant = await api.TenantAsync();
        var (customer, company) = (await tenant.CustomerAsync(), (await tenant.PostAsync("/companies", new { name = "Works" })).ShouldBe(201).Id);
        var contact = (await tenant.PostAsync("/contacts", new { lastName = "Byron", customerId = customer })).ShouldBe(201).Id;
        await tenant.ActivityAsync(new { contactId = contact, companyId = company });
        (await tenant.DeleteAsync($"/contacts/{contact}")).ShouldBe(204);
        (await LastContact(tenant, customer)).ShouldBeNull();
        ((int)(await tenant.InsightAsync(customer))["activitiesLast30Days"]!).ShouldBe(0);
        (await tenant.PostAsync($"/contacts/{contact}/restore")).ShouldBe(200);
        (await LastContact(tenant, customer)).ShouldNotBeNull();
        ((int)(await tenant.InsightAsync(customer))["activitiesLast30Days"]!).ShouldBe(1);
    }

    [Theory]
    [InlineData("9999-12-31T23:59:59Z", "Pacific/Kiritimati", "9999-12-31")]
    [InlineData("0001-01-01T00:00:00Z", "Pacific/Pago_Pago", "0001-01-01")]
    public async Task Days_end_where_dates_do(string occurredAt, string timeZone, string day)
    {
        var tenant = await api.TenantAsync();
        (await tenant.PatchAsync("/tenant", new { timeZone })).ShouldBe(200);
        var customer = await tenant.CustomerAsync();
        (await tenant.PostAsync("/activities", new { type = "NOTE", subject = "Far away", customerId = customer, occurredAt })).ShouldBe(201);
        ((string?)(await tenant.GetAsync($"/customers/{customer}")).ShouldBe(200).Data["lastContactDate"]).ShouldBe(day);
        await tenant.InsightAsync(customer);
    }

    private static DateOnly Day(Reply customer) => DateOnly.Parse((string)customer.Data["lastContactDate"]!, System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<string?> LastContact(TenantClient tenant, Guid customer) => (string?)(await tenant.GetAsync($"/customers/{customer}")).ShouldBe(200).Data["lastContactDate"];
}
