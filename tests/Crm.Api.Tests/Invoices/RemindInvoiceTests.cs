using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Invoices;

/// <summary>Reminding of a late invoice by hand.</summary>
public sealed class RemindInvoiceTests(CrmApi api)
{
    [Fact]
    public async Task The_next_stage_or_a_named_one_is_sent_and_none_twice()
    {
        var tenant = await api.TenantAsync();
        await tenant.SellsAsync();
        var buyer = await tenant.BuyerAsync(new { email = "accounts@babbage.example" });
        var invoice = await tenant.LateAsync(buyer);
        (await tenant.PostAsync($"/invoices/{invoice.Id}/remind")).ShouldBe(200).Data["reminderStage"]!.GetValue<int>().ShouldBe(1);
        (await tenant.PostAsync($"/invoices/{invoice.Id}/remind", new { stage = 1 })).ShouldFail(409, "INVALID_STATE");
        (await tenant.PatchAsync($"/invoices/{invoice.Id}", new { remindersPaused = true })).ShouldBe(200);
        (await tenant.PostAsync($"/invoices/{invoice.Id}/remind", new { stage = 4, to = "boss@babbage.example" })).ShouldBe(200);
        (await tenant.PostAsync($"/invoices/{invoice.Id}/remind", new { stage = 2 })).ShouldFail(409, "INVALID_STATE");
        (await tenant.PostAsync($"/invoices/{invoice.Id}/remind", new { stage = 10 })).ShouldBe(200);
        (await tenant.PostAsync($"/invoices/{invoice.Id}/remind")).ShouldFail(409, "INVALID_STATE");
        var sent = (await tenant.GetAsync($"/invoices/{invoice.Id}/reminders")).ShouldBe(200).Data.AsArray();
        sent.Select(r => $"{r!["stage"]} {r["to"]} {r["sentBy"]}").ShouldBe([$"1 accounts@babbage.example {tenant.UserId}", $"4 boss@babbage.example {tenant.UserId}", $"10 accounts@babbage.example {tenant.UserId}"]);
    }

    [Fact]
    public async Task A_stage_that_the_organization_has_not_is_refused()
    {
        var tenant = await api.TenantAsync();
        await tenant.SellsAsync(new { dunningStages = new[] { new { daysAfterDue = 100 }, new { daysAfterDue = 200 } } });
        var invoice = (await tenant.LateAsync(await tenant.BuyerAsync())).Id;
        (await tenant.PostAsync($"/invoices/{invoice}/remind", new { stage = 3 })).ShouldFail(422, "UNPROCESSABLE").Errors.ShouldContainKey("stage");
        (await tenant.PostAsync($"/invoices/{invoice}/remind", new { stage = 2 })).ShouldBe(200);
    }

    [Fact]
    public async Task Of_many_who_send_one_stage_one_does()
    {
        var tenant = await api.TenantAsync();
        await tenant.SellsAsync();
        var invoice = (await tenant.LateAsync(await tenant.BuyerAsync())).Id;
        var replies = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => tenant.PostAsync($"/invoices/{invoice}/remind", new { stage = 2 })));
        replies.Count(r => r.Status == 200).ShouldBe(1);
        replies.Where(r => r.Status != 200).ShouldAllBe(r => r.Code == "INVALID_STATE");
        (await tenant.GetAsync($"/invoices/{invoice}/reminders")).ShouldBe(200).Data.AsArray().ShouldHaveSingleItem();
        (await tenant.EventsAsync($"after=0&aggregateId={invoice}&types=invoice.reminded")).Items.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task What_is_not_late_or_not_due_or_has_no_address_is_refused()
    {
        var tenant = await api.TenantAsync();
        await tenant.SellsAsync();
        var buyer = await tenant.BuyerAsync();
        (await tenant.PostAsync($"/invoices/{(await tenant.DraftAsync(buyer)).Id}/remind")).ShouldFail(409, "INVALID_STATE");
        (await tenant.PostAsync($"/invoices/{(await tenant.IssuedAsync(buyer)).Id}/remind")).ShouldFail(409, "INVALID_STATE");
        var paid = (await tenant.LateAsync(buyer)).Id;
        (await tenant.PostAsync($"/invoices/{paid}/remind", new { stage = 0 })).ShouldFail(400, "VALIDATION_FAILED").Errors.ShouldContainKey("stage");
        (await tenant.PostAsync($"/invoices/{paid}/remind", new { stage = 11 })).ShouldFail(400, "VALIDATION_FAILED").Errors.ShouldContainKey("stage");
        (await tenant.PostAsync($"/invoices/{paid}/remind", new { to = "nobody" })).ShouldFail(400, "VALIDATION_FAILED").Errors.ShouldContainKey("to");
        (await tenant.AllocateAsync((await tenant.PaymentAsync()).Id, paid)).ShouldBe(200);
        (await tenant.PostAsync($"/invoices/{paid}/remind")).ShouldFail(409, "INVALID_STATE");
        var silent = (await tenant.PostAsync("/customers", new { name = "Silent", country = "DE" })).ShouldBe(201).Id;
        var unheard = (await tenant.LateAsync(silent)).Id;
        (await tenant.PostAsync($"/invoices/{unheard}/remind")).ShouldFail(422, "UNPROCESSABLE").Errors.ShouldContainKey("to");
        (await tenant.PostAsync($"/invoices/{unheard}/remind", new { to = "someone@example.com" })).ShouldBe(200);
    }

    [Fact]
    public async Task Another_tenant_and_who_may_not_are_refused()
    {
        var (tenant, other) = (await api.TenantAsync(), await api.TenantAsync());
        await tenant.SellsAsync();
        var invoice = (await tenant.LateAsync(await tenant.BuyerAsync())).Id;
        var (user, _) = await tenant.MemberAsync("USER");
        (await other.PostAsync($"/invoices/{invoice}/remind")).ShouldFail(404, "NOT_FOUND");
        (await other.GetAsync($"/invoices/{invoice}/reminders")).ShouldFail(404, "NOT_FOUND");
        (await user.PostAsync($"/invoices/{invoice}/remind")).ShouldFail(403, "FORBIDDEN");
        (await user.GetAsync($"/invoices/{invoice}/reminders")).ShouldBe(200).Data.AsArray().ShouldBeEmpty();
    }
}
