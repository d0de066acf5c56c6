using System.Globalization;
using Crm.Api.Tests.Documents;
using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Notifications;
using Crm.Api.Tests.Operations;
using Crm.Application.Abstractions;
using Crm.Domain.Invoices;
using Crm.Infrastructure.Schedules;
using Dapper;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Api.Tests.Invoices;

/// <summary>The schedule that reminds of late invoices: each stage of each invoice once, whatever happens.</summary>
public sealed class InvoiceReminderTests(CrmApi api)
{
    private static readonly object Stages = new { dunningStages = new[] { new { daysAfterDue = 7 }, new { daysAfterDue = 14 }, new { daysAfterDue = 30 } } };

    [Fact]
    public async Task Each_stage_is_sent_once_by_however_many_and_what_was_passed_is_left_out()
    {
        var tenant = await DunningAsync();
        var invoice = await tenant.IssuedAsync(await tenant.BuyerAsync());
        (await TurnAsync(tenant, invoice, 6)).ShouldBeTrue();
        (await SentAsync(tenant, invoice)).ShouldBe("");
        // Sixteen at once, each for a due time of its own: none of them finds that another has had its turn.
        await Task.WhenAll(Enumerable.Range(0, 16).Select(i => api.TurnAsync("invoices.reminders", tenant.Id, LateBy(invoice, 7).AddMinutes(i))));
        (await SentAsync(tenant, invoice)).ShouldBe("1 after 7: 120.00");
        (await TurnAsync(tenant, invoice, 13)).ShouldBeTrue();
        (await SentAsync(tenant, invoice)).ShouldBe("1 after 7: 120.00");
        // The service was away for a month.
        (await TurnAsync(tenant, invoice, 40)).ShouldBeTrue();
        (await TurnAsync(tenant, invoice, 41)).ShouldBeTrue();
        (await SentAsync(tenant, invoice)).ShouldBe("1 after 7: 120.00, 3 after 40: 120.00");
        (await tenant.EventsAsync($"after=0&aggregateId={invoice.Id}&types=invoice.reminded")).Items.Count.ShouldBe(2);
        var seen = (await tenant.GetAsync($"/invoices/{invoice.Id}")).ShouldBe(200);
        ((int)seen.Data["reminderStage"]!, seen.Data["remindedAt"] is null, seen.Data["reminderFailure"]).ShouldBe((3, false, null));
        (await tenant.GetAsync($"/invoices/{invoice.Id}/history")).ShouldBe(200).Text.ShouldContain("reminderStage");
        (await tenant.GetAsync("/invoices?reminderStage[gte]=3")).ShouldBe(200).Items.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("en", "Payment reminder", "overdue", "Amount due: 70.00 EUR", "Bulgaria", "70.00\u00A0EUR")]
    [InlineData("bg", "Напомняне за плащане", "Закъснението е 8 дни", "Сума за плащане: 70.00 EUR", "България", "70,00\u00A0EUR")]
    public async Task It_says_what_is_due_still_in_the_invoice_s_language(string language, string title, string late, string due, string country, string printed)
    {
        var tenant = await DunningAsync(new { paymentUrlPattern = "https://pay.example.com/{number}" });
        var invoice = await tenant.IssuedAsync(await tenant.BuyerAsync(), new { language });
        (await tenant.AllocateAsync((await tenant.PaymentAsync(50)).Id, invoice.Id)).ShouldBe(200);
        (await TurnAsync(tenant, invoice, 8)).ShouldBeTrue();
        (await SentAsync(tenant, invoice)).ShouldBe("1 after 8: 70.00");
        var mail = await MailAsync(tenant, invoice.Id);
        MailText.Header(mail, "Subject").ShouldBe($"{title} {invoice.Of("number")}");
        foreach (var said in (string[])[invoice.Of("number")!, late, due, "BG80BNBG96611020345678", invoice.Of("paymentUrl")!, invoice.Of("dueDate")![..4]]) MailText.Body(mail).ShouldContain(said);
        var (name, content) = MailText.Attachment(mail);
        name.ShouldBe($"{invoice.Of("number")}.pdf");
        var text = new PdfText(content).All;
        foreach (var said in (string[])[title, invoice.Of("number")!, printed, "Babbage & Co", country]) text.ShouldContain(said);
    }

    [Fact]
    public async Task The_organization_s_own_template_says_it_and_can_be_looked_at_before()
    {
        var tenant = await DunningAsync();
        var template = (await tenant.PostAsync("/document-templates", new { name = "Ours", type = "REMINDER", subject = "Reminder {{reminder.stage}} of {{number}}", html = "<p>{{reminder.stage}} / {{reminder.daysOverdue}} / {{payable}}</p>" })).ShouldBe(201).Id;
        (await tenant.PostAsync($"/document-templates/{template}/make-default")).ShouldBe(200);
        var invoice = await tenant.IssuedAsync(await tenant.BuyerAsync());
        new PdfText((await tenant.PostAsync($"/document-templates/{template}/preview", new { recordId = invoice.Id, format = "pdf" })).ShouldBe(200).Body).All.ShouldBe("1 / 0 / 120.00\u00A0EUR\n");
        var draft = (await tenant.DraftAsync(await tenant.BuyerAsync())).ShouldBe(201).Id;
        (await tenant.PostAsync($"/document-templates/{template}/preview", new { recordId = draft })).ShouldFail(422, "UNPROCESSABLE");
        (await TurnAsync(tenant, invoice, 15)).ShouldBeTrue();
        var mail = await MailAsync(tenant, invoice.Id);
        MailText.Header(mail, "Subject").ShouldBe($"Reminder 2 of {invoice.Of("number")}");
        new PdfText(MailText.Attachment(mail).Content).All.ShouldBe("2 / 15 / 120.00\u00A0EUR\n");
    }

    [Fact]
    public async Task Nobody_is_reminded_of_what_is_not_due_or_is_to_wait()
    {
        var tenant = await DunningAsync();
        var buyer = await tenant.BuyerAsync();
        var draft = (await tenant.DraftAsync(buyer)).ShouldBe(201).Id;
        Reply paid = await tenant.IssuedAsync(buyer), isVoid = await tenant.IssuedAsync(buyer), givenUp = await tenant.IssuedAsync(buyer), credited = await tenant.IssuedAsync(buyer), paused = await tenant.IssuedAsync(buyer);
        var quiet = await tenant.BuyerAsync(new { remindersPaused = true });
        var quieted = await tenant.IssuedAsync(quiet);
        (await tenant.AllocateAsync((await tenant.PaymentAsync()).Id, paid.Id)).ShouldBe(200);
        (await tenant.PostAsync($"/invoices/{isVoid.Id}/void")).ShouldBe(200);
        (await tenant.PostAsync($"/invoices/{givenUp.Id}/write-off", new { reason = "Insolvent" })).ShouldBe(200);
        var note = (await tenant.PostAsync($"/invoices/{credited.Id}/credit-notes")).ShouldBe(201).Id;
        (await tenant.PatchAsync($"/invoices/{paused.Id}", new { remindersPaused = true })).ShouldBe(200).Data["remindersPaused"]!.GetValue<bool>().ShouldBeTrue();
        (await TurnAsync(tenant, paid, 60)).ShouldBeTrue();
        foreach (var id in (Guid[])[draft, paid.Id, isVoid.Id, givenUp.Id, credited.Id, note, paused.Id, quieted.Id])
            (await tenant.GetAsync($"/invoices/{id}/reminders")).ShouldBe(200).Data.AsArray().ShouldBeEmpty();
        (await tenant.PatchAsync($"/invoices/{paused.Id}", new { remindersPaused = false })).ShouldBe(200);
        (await tenant.PatchAsync($"/customers/{quiet}", new { remindersPaused = false })).ShouldBe(200);
        (await TurnAsync(tenant, paid, 61)).ShouldBeTrue();
        (await SentAsync(tenant, paused)).ShouldBe("3 after 61: 120.00");
        (await SentAsync(tenant, quieted)).ShouldBe("3 after 61: 120.00");
        (await tenant.PatchAsync("/tenant/profile", new { dunningStages = Array.Empty<object>() })).ShouldBe(200);
        var late = await tenant.IssuedAsync(buyer);
        (await TurnAsync(tenant, late, 90)).ShouldBeTrue();
        (await SentAsync(tenant, late)).ShouldBe("", "there are no stages any more");
    }

    [Fact]
    public async Task A_customer_without_an_address_is_told_of_to_the_owner_once()
    {
        var tenant = await DunningAsync();
        var owner = await tenant.MemberAsync();
        var silent = (await tenant.PostAsync("/customers", new { name = "Silent", country = "DE" })).ShouldBe(201).Id;
        var invoice = await tenant.IssuedAsync(silent, new { ownerId = owner.UserId });
        var other = await tenant.IssuedAsync(await tenant.BuyerAsync());
        foreach (var days in (int[])[7, 8, 14]) (await TurnAsync(tenant, invoice, days)).ShouldBeTrue();
        (await SentAsync(tenant, invoice)).ShouldBe("");
        (await SentAsync(tenant, other)).ShouldBe("1 after 7: 120.00, 2 after 14: 120.00");
        (await tenant.GetAsync($"/invoices/{invoice.Id}")).Of("reminderFailure")!.ShouldContain("no e-mail address");
        (await tenant.EventsAsync($"after=0&aggregateId={invoice.Id}&types=invoice.reminder_failed")).Items.ShouldHaveSingleItem();
        (await owner.Client.ToldAsync(1, "&kind=INVOICE_REMINDER_FAILED")).ShouldHaveSingleItem()["title"]!.ToString().ShouldBe($"{invoice.Of("number")}, Silent");
        (await tenant.PatchAsync($"/customers/{silent}", new { email = $"{Guid.NewGuid():N}@example.com" })).ShouldBe(200);
        (await TurnAsync(tenant, invoice, 15)).ShouldBeTrue();
        (await SentAsync(tenant, invoice)).ShouldBe("2 after 15: 120.00");
        (await tenant.GetAsync($"/invoices/{invoice.Id}")).Data["reminderFailure"].ShouldBeNull();
    }

    [Fact]
    public async Task A_turn_that_is_cut_off_leaves_nothing_and_is_made_up_for()
    {
        var tenant = await DunningAsync();
        var buyer = await tenant.BuyerAsync();
        Reply first = await tenant.IssuedAsync(buyer), second = await tenant.IssuedAsync(buyer);
        var cut = new CutOff();
        await using var dying = new ConfiguredApi(api, services => services.AddSingleton(cut).AddTransient<IDomainEventHandler<InvoiceReminded>, Dying>(), ("Logging:LogLevel:Default", "None"));
        var turns = dying.Services.GetRequiredService<TenantTurns>();
        // The second reminder is written when the connection breaks.
        await Should.ThrowAsync<IOException>(() => turns.RunAsync("invoices.reminders", tenant.Id, LateBy(first, 7), TestContext.Current.CancellationToken));
        cut.After.ShouldBe(0);
        (await SentAsync(tenant, first), await SentAsync(tenant, second)).ShouldBe(("", ""));
        await using (var connection = await api.TenantConnectionAsync(tenant.Id))
            (await connection.QuerySingleAsync<int>("select count(*)::int from crm.outbox where sink = 'email.reminder' and tenant_id = @Id", new { tenant.Id })).ShouldBe(0);
        (await TurnAsync(tenant, first, 7)).ShouldBeTrue();
        (await SentAsync(tenant, first), await SentAsync(tenant, second)).ShouldBe(("1 after 7: 120.00", "1 after 7: 120.00"));
    }

    [Fact]
    public async Task The_plan_s_e_mails_are_counted_and_what_it_does_not_allow_is_told()
    {
        await using var limited = new ConfiguredApi(api, ("Plans:Enabled", "true"));
        var tenant = await limited.Anonymous.RegisterAsync();
        await tenant.SellsAsync(Stages);
        var buyer = await tenant.BuyerAsync();
        Reply first = await tenant.IssuedAsync(buyer), second = await tenant.IssuedAsync(buyer);
        await using (var connection = await api.TenantConnectionAsync(tenant.Id))
            (await connection.ExecuteAsync("update crm.plan_usage set used = 99 where tenant_id = @Id and name = 'emails'", new { tenant.Id })).ShouldBe(1);
        (await limited.Services.GetRequiredService<TenantTurns>().RunAsync("invoices.reminders", tenant.Id, LateBy(first, 7), TestContext.Current.CancellationToken)).ShouldBeTrue();
        var (one, two) = (await SentAsync(tenant, first), await SentAsync(tenant, second));
        new[] { one, two }.Order(StringComparer.Ordinal).ShouldBe(["", "1 after 7: 120.00"]);
        (await tenant.GetAsync($"/invoices/{(one.Length == 0 ? first : second).Id}")).Data["reminderFailure"].ShouldNotBeNull();
        (await tenant.PostAsync($"/invoices/{(await tenant.LateAsync(buyer)).Id}/remind")).ShouldFail(402, "PLAN_LIMIT_REACHED");
    }

    [Fact]
    public async Task A_suspended_organization_reminds_nobody()
    {
        var (platform, tenant) = (api.Anonymous.AsPlatform(), await DunningAsync());
        var invoice = await tenant.IssuedAsync(await tenant.BuyerAsync());
        (await platform.PostAsync($"/platform/tenants/{tenant.Id}/suspend", new { reason = "unpaid" })).ShouldBe(200);
        (await TurnAsync(tenant, invoice, 7)).ShouldBeFalse();
        (await platform.PostAsync($"/platform/tenants/{tenant.Id}/restore")).ShouldBe(200);
        (await SentAsync(tenant, invoice)).ShouldBe("");
        (await TurnAsync(tenant, invoice, 7)).ShouldBeTrue();
        (await SentAsync(tenant, invoice)).ShouldBe("1 after 7: 120.00");
    }

    [Theory]
    [InlineData("""[{"daysAfterDue": 0}]""", "dunningStages[0].daysAfterDue")]
    [InlineData("""[{"daysAfterDue": 14}, {"daysAfterDue": 7}]""", "dunningStages[1].daysAfterDue")]
    [InlineData("""[{"daysAfterDue": 2147483648}]""", "dunningStages[0].daysAfterDue")]
    [InlineData("""[{"daysAfterDue": 1.5}]""", "dunningStages[0].daysAfterDue")]
    [InlineData("""[{}]""", "dunningStages[0].daysAfterDue")]
    [InlineData("""[{"daysAfterDue": 7, "colour": "red"}]""", "dunningStages[0].colour")]
    [InlineData("""[7]""", "dunningStages[0]")]
    [InlineData("""{"daysAfterDue": 7}""", "dunningStages")]
    public async Task What_are_no_stages_is_refused(string stages, string path)
    {
        var tenant = await api.TenantAsync();
        (await tenant.PatchAsync("/tenant/profile", System.Text.Json.Nodes.JsonNode.Parse($$"""{"dunningStages": {{stages}}}"""))).ShouldFail(400, "VALIDATION_FAILED").Errors.ShouldContainKey(path);
        (await tenant.PatchAsync("/tenant/profile", new { dunningStages = Enumerable.Range(1, 11).Select(d => new { daysAfterDue = d }) })).ShouldFail(400, "VALIDATION_FAILED").Errors.ShouldContainKey("dunningStages");
        (await tenant.GetAsync("/tenant/profile")).ShouldBe(200).Data["dunningStages"]!.AsArray().ShouldBeEmpty("nobody is reminded unless the organization says so");
    }

    private async Task<TenantClient> DunningAsync(object? more = null)
    {
        var tenant = await api.TenantAsync();
        await tenant.SellsAsync(more);
        (await tenant.PatchAsync("/tenant/profile", Stages)).ShouldBe(200).Data["dunningStages"]!.AsArray().Count.ShouldBe(3);
        return tenant;
    }

    private static DateTimeOffset LateBy(Reply invoice, int days) =>
        new(DateOnly.Parse(invoice.Of("dueDate")!, CultureInfo.InvariantCulture).AddDays(days).ToDateTime(new TimeOnly(12, 0)), TimeSpan.Zero);

    private Task<bool> TurnAsync(TenantClient tenant, Reply invoice, int days) => api.TurnAsync("invoices.reminders", tenant.Id, LateBy(invoice, days));

    /// <summary>What was sent, as <c>1 after 7: 120.00, 2 after 14: 70.00</c>.</summary>
    private static async Task<string> SentAsync(TenantClient tenant, Reply invoice) => string.Join(", ", (await tenant.GetAsync($"/invoices/{invoice.Id}/reminders")).ShouldBe(200).Data.AsArray()
        .Select(r => $"{r!["stage"]} after {r["daysOverdue"]}: {r["dueTotal"]!["amount"]!.ToJsonString()}"));

    private async Task<string> MailAsync(TenantClient tenant, Guid invoice)
    {
        var file = api.MailFile(await api.EventAsync(tenant, invoice, "invoice.reminded"));
        await Eventually.Async(() => Task.FromResult(File.Exists(file)), "the e-mail is not there");
        return await File.ReadAllTextAsync(file);
    }

    private sealed class CutOff
    {
        public int After { get; set; } = 2;
    }

    private sealed class Dying(CutOff cut) : IDomainEventHandler<InvoiceReminded>
    {
        public Task HandleAsync(InvoiceReminded domainEvent, CancellationToken ct) => --cut.After > 0 ? Task.CompletedTask : throw new IOException("The connection is gone.");
    }
}
