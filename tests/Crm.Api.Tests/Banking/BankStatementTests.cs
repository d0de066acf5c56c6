using System.Text;
using Crm.Api.Tests.Fixture;
using static Crm.Api.Tests.Fixture.BankIntents;

namespace Crm.Api.Tests.Banking;

/// <summary>Statements of banks become payments: each file once, each entry once, whole or not at all.</summary>
public sealed class BankStatementTests(CrmApi api)
{
    [Fact]
    public async Task A_statement_becomes_payments_and_says_what_became_of_each_entry()
    {
        var tenant = await api.TenantAsync();
        await tenant.SellsAsync();
        var invoice = await tenant.IssuedAsync(await tenant.BuyerAsync());
        var statement = (await tenant.CamtAsync(Entry(120, $"Invoice {invoice.Of("number")}", reference: "R1") + Entry(7, "Fees", "DBIT"))).ShouldBe(201);
        statement.Header("Location").ShouldBe($"/api/v1/bank-statements/{statement.Id}");
        (statement.Of("format"), statement.Of("name"), statement.Counts()).ShouldBe(("CAMT053", "march.xml", "2 1 0 1 0 0"));
        statement.Data["statements"]![0]!["account"]!.ToString().ShouldBe(Iban);
        await tenant.AllocatedAsync(statement.Id, 1);
        var entries = (await tenant.GetAsync($"/bank-statements/{statement.Id}/entries")).ShouldBe(200).Items;
        entries.Select(e => $"{e!["position"]} {e["outcome"]} {e["isCredit"]} {e["paymentStatus"]}").ShouldBe(["1 PAYMENT true ALLOCATED", "2 OUTGOING false "]);
        var payment = (await tenant.GetAsync($"/payments/{entries[0]!["paymentId"]}")).ShouldBe(200);
        (payment.Of("source"), payment.Of("method"), payment.Of("payerName"), payment.Of("payerIban"), payment.Of("receivedOn"), payment.Of("reference"), payment.IdOf("customerId"))
            .ShouldBe(("BANK_STATEMENT", "BANK_TRANSFER", "Babbage & Co", PayerIban, "2026-03-01", $"Invoice {invoice.Of("number")}", invoice.IdOf("customerId")));
        (await tenant.InvoiceStandsAsync(invoice.Id)).ShouldBe("PAID 120.00 0.00");
        (await tenant.GetAsync($"/bank-statements/{statement.Id}/entries?outcome=OUTGOING")).Items.ShouldHaveSingleItem()!["amount"]!["amount"]!.ToJsonString().ShouldBe("7.00");
        (await tenant.GetAsync("/bank-statements?format=CAMT053")).ShouldBe(200).Items.ShouldHaveSingleItem();
        (await tenant.EventsAsync("after=0&types=bank_statement.imported", 1)).Items.ShouldHaveSingleItem()!["data"]!["payments"]!.ToString().ShouldBe("1");
        // What was read is not kept.
        await api.ShouldHaveStoredAsync(tenant);
    }

    [Fact]
    public async Task All_that_a_statement_brings_is_matched()
    {
        var tenant = await api.TenantAsync();
        await tenant.SellsAsync();
        var buyer = await tenant.BuyerAsync();
        var numbers = new List<string>();
        for (var i = 0; i < 12; i++) numbers.Add((await tenant.IssuedAsync(buyer)).Of("number")!);
        var statement = (await tenant.CamtAsync(string.Concat(numbers.Select(n => Entry(120, $"Invoice {n}"))))).ShouldBe(201).Id;
        await tenant.AllocatedAsync(statement, numbers.Count);
    }

    [Fact]
    public async Task A_preview_says_the_same_and_writes_nothing()
    {
        var tenant = await api.TenantAsync();
        string[] rows = ["2026-03-01,120,Thanks,Ada,,R1", "2026-03-01,-5,Fees,,,", "2026-03-01,0,Nothing,,,"];
        var preview = (await tenant.BankCsvAsync(rows, "/bank-statements/preview")).ShouldBe(200);
        preview.Data["counts"]!.ToJsonString().ShouldBe("""{"payments":1,"duplicates":0,"outgoing":1,"reversals":0,"skipped":1}""");
        preview.Data["entries"]!.AsArray().Select(e => (string?)e!["outcome"]).ShouldBe(["PAYMENT", "OUTGOING"]);
        (await tenant.PaymentCountAsync()).ShouldBe(0);
        (await tenant.GetAsync("/bank-statements")).Items.ShouldBeEmpty();
        await api.ShouldHaveStoredAsync(tenant);
        (await tenant.BankCsvAsync(rows)).ShouldBe(201).Counts().ShouldBe("2 1 0 1 0 1");
        (await tenant.BankCsvAsync([.. rows, "2026-03-02,1,More,,,R2"], "/bank-statements/preview")).ShouldBe(200).Data["counts"]!.ToJsonString().ShouldBe("""{"payments":1,"duplicates":2,"outgoing":0,"reversals":0,"skipped":1}""");
    }

    [Fact]
    public async Task The_same_file_is_refused_and_an_overlapping_one_brings_what_is_new()
    {
        var tenant = await api.TenantAsync();
        string[] rows = ["2026-03-01,10,Thanks,Ada,,", "2026-03-01,10,Thanks,Ada,,", "2026-03-01,20,Thanks,Ada,,R9"];
        var first = (await tenant.BankCsvAsync(rows)).ShouldBe(201);
        first.Counts().ShouldBe("3 3 0 0 0 0");
        var again = (await tenant.BankCsvAsync(rows)).ShouldFail(409, "DUPLICATE");
        (again.Errors.Single().Key, (Guid)again.Json["existingId"]!).ShouldBe(("checksum", first.Id));
        var second = (await tenant.BankCsvAsync([.. rows, "2026-03-01,10,Thanks,Ada,,", "2026-03-02,20,Another reference,Ada,,R10"])).ShouldBe(201);
        second.Counts().ShouldBe("5 2 3 0 0 0");
        (await tenant.PaymentCountAsync()).ShouldBe(5);
        (await tenant.EntriesAsync(second.Id)).Count(e => e == "DUPLICATE 10.00 UNALLOCATED").ShouldBe(2);
        // The same account and reference in another form of file: the bank's reference is what counts.
        (await tenant.CamtAsync(Entry(20, "Whatever it says here", reference: "R9"))).ShouldBe(201).Counts().ShouldBe("1 0 1 0 0 0");
    }

    [Fact]
    public async Task Sixteen_who_upload_the_same_file_and_sixteen_who_upload_overlapping_ones_book_each_entry_once()
    {
        var tenant = await api.TenantAsync();
        var rows = Enumerable.Range(1, 20).Select(i => $"2026-03-01,{i},Thanks,Ada,,").ToList();
        var same = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => tenant.BankCsvAsync(rows)));
        same.Count(r => r.Status == 201).ShouldBe(1);
        foreach (var refused in same.Where(r => r.Status != 201)) refused.ShouldFail(409, "DUPLICATE");
        (await tenant.PaymentCountAsync()).ShouldBe(20);
        var overlapping = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => tenant.BankCsvAsync(rows.Skip(i).Concat(["2026-03-02,5,New,Ada,,", $"2026-03-02,{i + 1},Own {i},Ada,,"]))));
        foreach (var reply in overlapping) reply.ShouldBe(201);
        (await tenant.PaymentCountAsync()).ShouldBe(20 + 1 + 16);
    }

    [Fact]
    public async Task A_key_of_safe_retries_replays_the_answer()
    {
        var tenant = await api.TenantAsync();
        var first = (await tenant.BankCsvAsync(["2026-03-01,10,Thanks,Ada,,"], headers: ("Idempotency-Key", "march"))).ShouldBe(201);
        var again = (await tenant.BankCsvAsync(["2026-03-01,10,Thanks,Ada,,"], headers: ("Idempotency-Key", "march"))).ShouldBe(201);
        (again.Header("Idempotent-Replayed"), again.Id).ShouldBe(("true", first.Id));
        (await tenant.PaymentCountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_file_that_is_wrong_anywhere_writes_nothing()
    {
        var tenant = await api.TenantAsync();
        var bomb = $"<!DOCTYPE D [<!ENTITY a \"{new string('x', 100)}\">{string.Concat(Enumerable.Range(0, 20).Select(i => $"<!ENTITY {(char)('b' + i)} \"{string.Concat(Enumerable.Repeat($"&{(char)('a' + i)};", 10))}\">"))}]><Document>&u;</Document>";
        (await tenant.BankFileAsync(bomb)).ShouldFail(400, "VALIDATION_FAILED").Errors.ContainsKey("file").ShouldBeTrue();
        (await tenant.BankFileAsync(bomb, "/bank-statements/preview")).ShouldFail(400, "VALIDATION_FAILED");
        (await tenant.BankCsvAsync(["2026-03-01,10,Thanks,Ada,,", "2026-03-01,10.001,Thanks,Ada,,"])).ShouldFail(400, "VALIDATION_FAILED").Errors["file"]![0]!.ToString().ShouldStartWith("line 3: ");
        (await tenant.BankCsvAsync(Enumerable.Repeat("2026-03-01,10,Thanks,Ada,,", 5_001))).ShouldFail(413, "PAYLOAD_TOO_LARGE");
        (await tenant.BankFileAsync(new string(' ', (16 << 20) + 1))).ShouldFail(413, "PAYLOAD_TOO_LARGE");
        (await tenant.BankFileAsync("Date,Amount\n2026-03-01,5\n")).ShouldFail(400, "VALIDATION_FAILED").Errors["file"]![0]!.ToString().ShouldContain("state columns");
        (await tenant.PaymentCountAsync()).ShouldBe(0);
        (await tenant.GetAsync("/bank-statements")).Items.ShouldBeEmpty();
        await api.ShouldHaveStoredAsync(tenant);
    }

    [Theory]
    [InlineData("columns", """{"bookingDay": "Date"}""", "columns.bookingDay")]
    [InlineData("columns", "Date", "columns")]
    [InlineData("iban", "BG00BNBG96611020345678", "iban")]
    [InlineData("currency", "EEK", "currency")]
    [InlineData("delimiter", "x", "delimiter")]
    [InlineData("dateFormat", "HH:mm", "dateFormat")]
    [InlineData("dateFormat", "dd.dd.yyyy", "dateFormat")]
    [InlineData("decimalSeparator", ";", "decimalSeparator")]
    [InlineData("colour", "red", "colour")]
    [InlineData("entryCount", "7", "entryCount")]
    public async Task A_form_that_is_wrong_says_where(string field, string value, string member)
    {
        var tenant = await api.TenantAsync();
        var reply = await tenant.PostAsync("/bank-statements", FileIntents.Form(Encoding.UTF8.GetBytes("Date,Amount\n2026-03-01,5\n"), "march.csv", [(field, value)]));
        reply.ShouldFail(400, "VALIDATION_FAILED").Errors.ContainsKey(member).ShouldBeTrue(reply.Text);
    }

    [Fact]
    public async Task Another_tenant_sees_nothing_and_books_the_same_file_for_himself_and_a_user_may_not()
    {
        var (mine, other) = (await api.TenantAsync(), await api.TenantAsync());
        string[] rows = ["2026-03-01,10,Thanks,Ada,,R1"];
        var statement = (await mine.BankCsvAsync(rows)).ShouldBe(201).Id;
        (await other.GetAsync($"/bank-statements/{statement}")).ShouldFail(404, "NOT_FOUND");
        (await other.GetAsync($"/bank-statements/{statement}/entries")).ShouldFail(404, "NOT_FOUND");
        (await other.BankCsvAsync(rows)).ShouldBe(201).Counts().ShouldBe("1 1 0 0 0 0");
        var user = (await mine.MemberAsync("USER")).Client;
        (await user.BankCsvAsync(rows)).ShouldFail(403, "FORBIDDEN");
        (await user.BankCsvAsync(rows, "/bank-statements/preview")).ShouldFail(403, "FORBIDDEN");
    }

    [Fact]
    public async Task Entries_are_paged()
    {
        var tenant = await api.TenantAsync();
        var statement = (await tenant.BankCsvAsync(Enumerable.Range(1, 25).Select(i => $"2026-03-01,{i},Thanks,Ada,,"))).ShouldBe(201).Id;
        var (seen, cursor) = (new List<int>(), "");
        do
        {
            var page = (await tenant.GetAsync($"/bank-statements/{statement}/entries?take=10{cursor}")).ShouldBe(200);
            seen.AddRange(page.Items.Select(e => (int)e!["position"]!));
            cursor = (string?)page.Meta["nextCursor"] is { } next ? $"&cursor={next}" : "";
        }
        while (cursor.Length > 0);
        seen.ShouldBe(Enumerable.Range(1, 25));
        (await tenant.GetAsync($"/bank-statements/{statement}/entries?cursor=x")).ShouldFail(400, "INVALID_QUERY");
        (await tenant.GetAsync($"/bank-statements/{statement}/entries?outcome=LOST")).ShouldFail(400, "INVALID_QUERY");
    }
}
