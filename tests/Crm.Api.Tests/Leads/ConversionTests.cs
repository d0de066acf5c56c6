using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Leads;

public sealed class ConversionTests(CrmApi api)
{
    private static readonly object Ada = new { email = "Ada.Byron@Example.com", phone = "+44 20 7946 0958", company = "Analytical Ltd", jobTitle = "Countess", website = "https://analytical.example" };

    [Fact]
    public async Task A_lead_becomes_customer_company_contact_and_deal()
    {
        var tenant = await api.TenantAsync();
        var lead = await tenant.LeadAsync(value: 12500.50m, more: Ada);
        var reply = (await tenant.PostAsync($"/leads/{lead}/convert", new { createDeal = true, dealTitle = "Engine no. 1" })).ShouldBe(200);
        reply.Data.AsObject().Select(m => m.Key).ShouldBe(["leadId", "customerId", "companyId", "contactId", "dealId"]);
        reply.IdOf("leadId").ShouldBe(lead);

        var customer = await tenant.GetAsync($"/customers/{reply.IdOf("customerId")}");
        (customer.Of("name"), customer.Of("email"), customer.Of("phone"), customer.Of("status")).ShouldBe(("Analytical Ltd", "ada.byron@example.com", "+44 20 7946 0958", "ACTIVE"));
        (customer.IdOf("ownerId"), customer.IdOf("companyId")).ShouldBe(((Guid?)tenant.UserId, reply.IdOf("companyId")));
        (await tenant.GetAsync($"/companies/{reply.IdOf("companyId")}")).Of("name").ShouldBe("Analytical Ltd");
        var contact = await tenant.GetAsync($"/contacts/{reply.IdOf("contactId")}");
        (contact.Of("firstName"), contact.Of("lastName"), contact.Of("jobTitle")).ShouldBe(("Ada", "Byron", "Countess"));
        (contact.IdOf("customerId"), contact.IdOf("companyId"), (string?)contact.Data["emails"]![0]).ShouldBe((reply.IdOf("customerId"), reply.IdOf("companyId"), "ada.byron@example.com"));

        var deal = await tenant.GetAsync($"/deals/{reply.IdOf("dealId")}?expand=lead");
        (deal.Of("title"), deal.Of("status"), (decimal)deal.Data["value"]!["amount"]!, (int)deal.Data["probability"]!).ShouldBe(("Engine no. 1", "OPEN", 12500.50m, 10));
        (deal.IdOf("customerId"), deal.IdOf("leadId"), deal.IdOf("ownerId")).ShouldBe((reply.IdOf("customerId"), lead, tenant.UserId));

        var converted = await tenant.GetAsync($"/leads/{lead}");
        (converted.Of("status"), converted.IdOf("customerId"), converted.IdOf("dealId")).ShouldBe(("CONVERTED", reply.IdOf("customerId"), reply.IdOf("dealId")));
        converted.Data["convertedAt"].ShouldNotBeNull();
        (await tenant.GetAsync($"/tasks?customerId={reply.IdOf("customerId")}")).Names("title").ShouldBe(["Initial customer contact"]);
        (await tenant.EventsAsync($"aggregateId={lead}&types=lead.converted")).Items.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Without_a_company_or_a_deal_there_is_none()
    {
        var tenant = await api.TenantAsync();
        var reply = (await tenant.PostAsync($"/leads/{await tenant.LeadAsync("Ada")}/convert")).ShouldBe(200);
        (reply.Data["companyId"], reply.Data["dealId"]).ShouldBe((null, null));
        (await tenant.GetAsync($"/customers/{reply.IdOf("customerId")}")).Of("name").ShouldBe("Ada");
        var contact = await tenant.GetAsync($"/contacts/{reply.IdOf("contactId")}");
        (contact.Of("firstName"), contact.Of("lastName")).ShouldBe((null, "Ada"));
    }

    [Fact]
    public async Task A_second_conversion_is_refused_before_anything_else()
    {
        var tenant = await api.TenantAsync();
        var lead = await tenant.LeadAsync(more: Ada);
        (await tenant.PostAsync($"/leads/{lead}/convert")).ShouldBe(200);
        (await tenant.PostAsync($"/leads/{lead}/convert", new { customerId = Guid.NewGuid() })).ShouldFail(409, "LEAD_ALREADY_CONVERTED");
        (await tenant.PatchAsync($"/leads/{lead}", new { name = "Ada King" })).ShouldFail(409, "LEAD_ALREADY_CONVERTED");
        (await tenant.GetAsync("/customers")).Items.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Sixteen_conversions_at_once_make_one_customer()
    {
        var tenant = await api.TenantAsync();
        var lead = await tenant.LeadAsync(value: 10, more: Ada);
        var replies = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => tenant.PostAsync($"/leads/{lead}/convert", new { createDeal = true })));
        replies.Count(r => r.Status == 200).ShouldBe(1);
        foreach (var refused in replies.Where(r => r.Status != 200)) refused.ShouldFail(409, "LEAD_ALREADY_CONVERTED");
        foreach (var resource in (string[])["customers", "companies", "contacts", "deals"]) (await tenant.GetAsync($"/{resource}")).Items.Count.ShouldBe(1, resource);
    }

    [Fact]
    public async Task A_key_replays_the_conversion_and_a_stale_version_stops_it()
    {
        var tenant = await api.TenantAsync();
        var lead = await tenant.LeadAsync();
        (await tenant.PostAsync($"/leads/{lead}/convert", null, ("If-Match", "\"9\""))).ShouldFail(412, "PRECONDITION_FAILED");
        var first = (await tenant.PostAsync($"/leads/{lead}/convert", null, ("If-Match", "\"1\""), ("Idempotency-Key", "convert-1"))).ShouldBe(200);
        var again = (await tenant.PostAsync($"/leads/{lead}/convert", null, ("If-Match", "\"1\""), ("Idempotency-Key", "convert-1"))).ShouldBe(200);
        again.Body.ShouldBe(first.Body);
        again.Header("Idempotent-Replayed").ShouldBe("true");
    }

    [Fact]
    public async Task An_email_that_a_customer_has_is_a_duplicate_unless_that_customer_is_named()
    {
        var tenant = await api.TenantAsync();
        var existing = (await tenant.PostAsync("/customers", new { name = "Analytical", email = "ada.byron@example.com" })).ShouldBe(201).Id;
        var other = (await tenant.PostAsync("/customers", new { name = "Other" })).ShouldBe(201).Id;
        var lead = await tenant.LeadAsync(more: Ada);
        var refused = (await tenant.PostAsync($"/leads/{lead}/convert")).ShouldFail(409, "DUPLICATE");
        ((Guid)refused.Json["existingId"]!).ShouldBe(existing);
        refused.Errors.ShouldContainKey("email");
        (await tenant.PostAsync($"/leads/{lead}/convert", new { customerId = other })).ShouldFail(409, "DUPLICATE");
        (await tenant.GetAsync($"/leads/{lead}")).Of("status").ShouldBe("NEW");
        (await tenant.GetAsync("/companies")).Items.ShouldBeEmpty();

        var reply = (await tenant.PostAsync($"/leads/{lead}/convert", new { customerId = existing })).ShouldBe(200);
        reply.IdOf("customerId").ShouldBe(existing);
        (await tenant.GetAsync($"/customers/{existing}")).Of("name").ShouldBe("Analytical");
        (await tenant.GetAsync("/customers")).Items.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_customer_who_comes_back_keeps_company_and_contact()
    {
        var tenant = await api.TenantAsync();
        var first = (await tenant.PostAsync($"/leads/{await tenant.LeadAsync(more: Ada)}/convert")).ShouldBe(200);
        var second = (await tenant.PostAsync($"/leads/{await tenant.LeadAsync(more: Ada)}/convert", new { customerId = first.IdOf("customerId"), createDeal = true })).ShouldBe(200);
        (second.IdOf("companyId"), second.IdOf("contactId")).ShouldBe((first.IdOf("companyId"), first.IdOf("contactId")));
        (await tenant.GetAsync($"/deals/{second.IdOf("dealId")}")).IdOf("contactId").ShouldBe(first.IdOf("contactId"));
    }

    [Fact]
    public async Task A_company_of_exactly_that_name_is_linked()
    {
        var tenant = await api.TenantAsync();
        var company = (await tenant.PostAsync("/companies", new { name = "Analytical Ltd" })).ShouldBe(201).Id;
        (await tenant.PostAsync($"/leads/{await tenant.LeadAsync(more: Ada)}/convert")).ShouldBe(200).IdOf("companyId").ShouldBe(company);
    }

    [Fact]
    public async Task The_deal_goes_into_the_pipeline_that_is_named()
    {
        var tenant = await api.TenantAsync();
        var stages = new object[] { new { name = "GONE", kind = "LOST" }, new { name = "TALK", probability = 30 } };
        var pipeline = (await tenant.PostAsync("/pipelines", new { name = "Renewals", stages })).ShouldBe(201);
        var reply = (await tenant.PostAsync($"/leads/{await tenant.LeadAsync()}/convert", new { createDeal = true, pipelineId = pipeline.Id })).ShouldBe(200);
        var deal = await tenant.GetAsync($"/deals/{reply.IdOf("dealId")}");
        (deal.IdOf("pipelineId"), deal.Of("title"), (int)deal.Data["probability"]!).ShouldBe((pipeline.Id, "Ada Byron", 30));
    }

    [Fact]
    public async Task What_is_said_about_a_deal_that_nobody_asked_for_is_refused()
    {
        var tenant = await api.TenantAsync();
        var lead = await tenant.LeadAsync();
        foreach (var body in new object[] { new { dealTitle = "Engine", pipelineId = Guid.NewGuid() }, new { createDeal = false, dealTitle = "Engine", pipelineId = Guid.NewGuid() } })
            (await tenant.PostAsync($"/leads/{lead}/convert", body)).ShouldFail(400, "VALIDATION_FAILED").Errors.Select(e => e.Key).ShouldBe(["dealTitle", "pipelineId"], ignoreOrder: true);
        (await tenant.GetAsync($"/leads/{lead}")).Of("status").ShouldBe("NEW");
        (await tenant.PostAsync($"/leads/{lead}/convert", new { createDeal = false, dealTitle = (string?)null, pipelineId = (string?)null })).ShouldBe(200);
    }

    [Fact]
    public async Task What_is_not_there_is_named_and_nothing_is_made()
    {
        var (tenant, stranger) = (await api.TenantAsync(), await api.TenantAsync());
        var lead = await tenant.LeadAsync();
        var foreign = (await stranger.PostAsync("/customers", new { name = "Foreign" })).Id;
        (await tenant.PostAsync($"/leads/{lead}/convert", new { customerId = foreign })).ShouldFail(422, "UNPROCESSABLE").Errors.ShouldContainKey("customerId");
        (await tenant.PostAsync($"/leads/{lead}/convert", new { createDeal = true, pipelineId = Guid.NewGuid() })).ShouldFail(422, "UNPROCESSABLE").Errors.ShouldContainKey("pipelineId");
        (await tenant.PostAsync($"/leads/{lead}/convert", new { dealTitle = "", createDeal = "yes", colour = "red" })).ShouldFail(400, "VALIDATION_FAILED").Errors.Select(e => e.Key).Order().ShouldBe(["colour", "createDeal", "dealTitle"]);
        (await tenant.PostAsync($"/leads/{lead}/convert", new { dealTitle = new string('x', 301) })).ShouldFail(400, "VALIDATION_FAILED").Errors.ShouldContainKey("dealTitle");
        (await stranger.PostAsync($"/leads/{lead}/convert")).ShouldFail(404, "NOT_FOUND");
        (await tenant.GetAsync($"/leads/{lead}")).Of("status").ShouldBe("NEW");
        (await tenant.GetAsync("/customers")).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task Own_visibility_links_nothing_of_others_and_names_no_one_elses_customer()
    {
        var tenant = await api.TenantAsync();
        (await tenant.PatchAsync("/tenant", new { recordVisibility = "OWN" })).ShouldBe(200);
        var (member, _) = await tenant.MemberAsync();
        var hidden = (await tenant.PostAsync("/companies", new { name = "Analytical Ltd" })).Id;
        var customer = (await tenant.PostAsync("/customers", new { name = "Hidden", email = "ada.byron@example.com" })).Id;
        var mine = (await member.PostAsync("/leads", new { name = "Ada", company = "Analytical Ltd" })).ShouldBe(201).Id;
        (await member.PostAsync($"/leads/{mine}/convert")).ShouldBe(200).IdOf("companyId").ShouldNotBe(hidden);
        var second = (await member.PostAsync("/leads", new { name = "Ada", email = "ada.byron@example.com" })).ShouldBe(201).Id;
        (await member.PostAsync($"/leads/{second}/convert")).ShouldFail(409, "DUPLICATE").Json["existingId"].ShouldBeNull();
        var third = (await member.PostAsync("/leads", new { name = "Ada" })).ShouldBe(201).Id;
        (await member.PostAsync($"/leads/{third}/convert", new { customerId = customer })).ShouldFail(422, "UNPROCESSABLE");
        (await member.PostAsync($"/leads/{await tenant.LeadAsync()}/convert")).ShouldFail(404, "NOT_FOUND");
    }
}
