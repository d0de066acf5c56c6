using Crm.Api.Tests.Durability;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Invoices;

/// <summary>Numbers have no gap and none comes twice, whoever issues at once and whatever is killed.</summary>
public sealed class InvoiceNumberTests(CrmApi api)
{
    private const int Invoices = 64;

    [Fact]
    public async Task Sixty_four_issues_at_once_take_the_numbers_from_1_to_64()
    {
        var tenant = await api.TenantAsync();
        var drafts = await DraftsAsync(tenant);
        var replies = await Task.WhenAll(drafts.Select(d => tenant.PostAsync($"/invoices/{d}/issue")));
        replies.ShouldAllBe(r => r.Status == 200);
        await AreGaplessAsync(tenant);
    }

    [Fact]
    public async Task Of_sixteen_who_issue_one_draft_one_does()
    {
        var tenant = await api.TenantAsync();
        await tenant.SellsAsync();
        var draft = (await tenant.DraftAsync(await tenant.BuyerAsync())).ShouldBe(201).Id;
        var replies = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => tenant.PostAsync($"/invoices/{draft}/issue")));
        replies.Count(r => r.Status == 200).ShouldBe(1);
        replies.Where(r => r.Status != 200).ShouldAllBe(r => r.Status == 409);
        (await tenant.IssuedAsync(await tenant.BuyerAsync())).Of("number").ShouldEndWith("-000002");
    }

    [Fact]
    public async Task Of_sixteen_who_credit_one_invoice_one_does()
    {
        var tenant = await api.TenantAsync();
        await tenant.SellsAsync();
        var invoice = await tenant.IssuedAsync(await tenant.BuyerAsync());
        var replies = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => tenant.PostAsync($"/invoices/{invoice.Id}/credit-notes")));
        replies.Count(r => r.Status == 201).ShouldBe(1);
        replies.Where(r => r.Status != 201).ShouldAllBe(r => r.Status == 409);
        (await tenant.GetAsync($"/invoices/{invoice.Id}")).Amount("creditedTotal").ShouldBe("120.00");
    }

    [Fact]
    public async Task Killed_twice_in_the_midst_no_number_is_left_out_or_given_twice()
    {
        await using var service = await ServiceProcess.StartAsync();
        var owner = await service.Api.RegisterAsync();
        var drafts = await DraftsAsync(service.Api.As(owner.Token));
        var callers = new PatientCallers(service, owner.Token);
        callers.Begin(drafts, draft => callers.SendAsync(api => api.PostAsync($"/invoices/{draft}/issue", null, ("Idempotency-Key", draft.ToString())), 200), atOnce: 8);
        await callers.MoreAsync(8);
        await service.KillServiceAsync();
        await service.StartAsync();
        await callers.MoreAsync(16);
        await service.KillAsync();
        await service.StartAsync();
        await callers.EndAsync();
        await AreGaplessAsync(service.Api.As(owner.Token));
        (await service.Api.As(owner.Token).PostAsync($"/invoices/{drafts[0]}/credit-notes")).ShouldBe(201);
        (await service.Api.As(owner.Token).PostAsync($"/invoices/{drafts[1]}/void")).ShouldBe(200);
        (await service.Api.As(owner.Token).PatchAsync($"/invoices/{drafts[2]}", new { tags = new[] { "vip" } })).ShouldBe(200);
        (await service.StopAsync()).ShouldBe(0);
        (await service.VerifiedAsync()).ShouldContain("ok     numbers of invoices have no gap in their series and year: 65");
    }

    private static async Task<IReadOnlyList<Guid>> DraftsAsync(ApiClient tenant)
    {
        await tenant.SellsAsync();
        var buyer = await tenant.BuyerAsync();
        var batch = (await tenant.PostAsync("/invoices/batch", new { operations = Enumerable.Range(0, Invoices).Select(_ => new { op = "create", data = new { customerId = buyer, lineItems = new[] { InvoiceIntents.Line } } }) })).ShouldBe(200);
        return [.. batch.Items.Select(i => (Guid)i!["id"]!)];
    }

    private static async Task AreGaplessAsync(ApiClient tenant)
    {
        var issued = (await tenant.GetAsync("/invoices?take=200&sort=number&status=SENT")).ShouldBe(200).Items;
        issued.Count.ShouldBe(Invoices);
        issued.Select((invoice, i) => (Number: (string)invoice!["number"]!, Expected: $"{((string)invoice["issueDate"]!)[..4]}-{i + 1:000000}")).ShouldAllBe(n => n.Number == n.Expected);
        issued.ShouldAllBe(i => (int)i!["version"]! == 2, "drafted and issued once");
    }
}
