using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;
using Dapper;
using Npgsql;

namespace Crm.Api.Tests.Durability;

/// <summary>
/// An organization that sells, and all who deal with it at once: customers accept offers, sixteen at a time each of them, and pay by Stripe; a bank tells of transfers; members note payments; and recurring
/// invoices are made.
/// </summary>
internal sealed class CommerceDrill
{
    private const int Offers = 4, Accepts = 16, Lines = 12, Notes = 16, Pages = 4, Recurring = 12, Tells = 4, Before = 30;
    private const string Schedule = "invoices.recurring";
    private readonly ConcurrentQueue<Acknowledged> _notes = new();
    private readonly List<Guid> _offers = [], _billed = [], _recurring = [], _paidOnline = [];
    private readonly ServiceProcess _service;
    private readonly FakeStripe _stripe;
    private readonly TenantClient _owner;
    private readonly PatientCallers _callers;
    private Guid _payer, _shopper, _subscriber;
    private string _secret = "";
    private int _rounds;

    private CommerceDrill(ServiceProcess service, FakeStripe stripe, TenantClient owner) => (_service, _stripe, _owner, _callers) = (service, stripe, owner, new PatientCallers(service, owner.Token));

    public ApiClient Tenant => _service.Api.As(_owner.Token);

    public static async Task<CommerceDrill> StartAsync(ServiceProcess service, FakeStripe stripe)
    {
        var drill = new CommerceDrill(service, stripe, await service.Api.RegisterAsync());
        var tenant = drill.Tenant;
        await tenant.SellsAsync();
        drill._secret = await tenant.PaidByStripeAsync();
        // By their names no payment is taken for another's.
        drill._payer = await tenant.BuyerAsync();
        drill._shopper = await tenant.BuyerAsync(new { name = "Lovelace Ltd" });
        drill._subscriber = await tenant.BuyerAsync(new { name = "Somerville AG" });
        return drill;
    }

    /// <summary>
    /// Everybody begins; the service is killed in the midst of it, and started. With <paramref name="stuck"/> it dies while the run of recurring invoices waits for a number, which somebody holds;
    /// otherwise wherever the run is.
    /// </summary>
    public async Task RoundAsync(Func<Task> kill, bool stuck)
    {
        var (links, billed, pages) = await PrepareAsync();
        await using (var connection = await _service.ConnectionAsync(_owner.Id))
        await using (var holding = await _service.ConnectionAsync(_owner.Id))
        {
            await using var held = stuck ? await HoldNumbersAsync(holding) : null;
            await RecurringAsync();
            await connection.DueAsync(Schedule);
            BeginAll(links, billed, pages);
            await _callers.MoreAsync(Before);
            await connection.TakenAsync(Schedule);
            if (stuck) await Eventually.Async(() => connection.QuerySingleAsync<bool>("select exists (select from pg_stat_activity where wait_event_type = 'Lock' and query like '%crm.counters%')"), "nobody waits for a number");
            await kill();
        }
        // Paid while nobody hears of it.
        var missed = pages.Skip(Pages / 2).Select(p => _stripe.Pay(p)).ToList();
        await _service.StartAsync();
        missed.ForEach(Tell);
        await _callers.EndAsync();
    }

    /// <summary>Runs the recurring invoices to their end, and once more as if they were due again.</summary>
    public async Task RecurAsync()
    {
        await using var connection = await _service.ConnectionAsync(_owner.Id);
        for (var i = 0; i < 2; i++)
        {
            await connection.DueAsync(Schedule);
            await connection.RunAsync(Schedule);
        }
    }

    /// <summary>Each thing was done once, and nothing is owed or paid that is not in the books.</summary>
    public async Task VerifyAsync()
    {
        foreach (var offer in _offers) (await Tenant.GetAsync($"/offers/{offer}")).ShouldBe(200).Of("status").ShouldBe("ACCEPTED");
        (await Tenant.EventsAsync("after=0&types=offer.accepted&take=200", _offers.Count)).Items.Select(e => (Guid)e!["aggregateId"]!).ShouldBe(_offers, ignoreOrder: true);
        var orders = (await Tenant.GetAsync("/orders?take=200")).ShouldBe(200).Items;
        orders.Select(o => (Guid)o!["offerId"]!).ShouldBe(_offers, ignoreOrder: true);
        await Eventually.Async(async () => (await InvoicesAsync("&status=PAID")).Count == _billed.Count + _paidOnline.Count, "not everything is matched and booked");
        (await InvoicesAsync("&status=PAID")).Select(Id).ShouldBe([.. _billed, .. _paidOnline], ignoreOrder: true);
        (await InvoicesAsync("&status=DRAFT")).Select(Id).ShouldBe(orders.Select(o => (Guid)o!["invoiceId"]!), ignoreOrder: true);
        foreach (var recurring in _recurring)
            ((int)(await Tenant.GetAsync($"/recurring-invoices/{recurring}/invoices")).ShouldBe(200).Items.ShouldHaveSingleItem()!["period"]!).ShouldBe(1);
        var issued = (await InvoicesAsync("&sort=number")).Where(i => i["number"] is not null).ToList();
        issued.Count.ShouldBe(_billed.Count + _paidOnline.Count + _recurring.Count);
        issued.Select(i => int.Parse(((string)i["number"]!)[^6..], System.Globalization.CultureInfo.InvariantCulture)).ShouldBe(Enumerable.Range(1, issued.Count));
        await PaymentsAsync();
        await OwedAsync(_payer, _billed.Count, _billed.Count);
        await OwedAsync(_shopper, _paidOnline.Count, _paidOnline.Count);
        await OwedAsync(_subscriber, _recurring.Count, 0);
        (await Tenant.GetAsync("/dead-letters")).ShouldBe(200).Items.ShouldBeEmpty();
        _callers.Cut.ShouldBeGreaterThan(0, "somebody was at work");
    }

    public override string ToString() =>
        $"{_offers.Count} offers accepted by {Accepts} each, {_recurring.Count} recurring invoices, {_rounds * Lines} transfers in {_rounds * 2} statements, {_notes.Count} payments noted, {_paidOnline.Count} paid at Stripe; {_callers}";

    private async Task<(IReadOnlyList<string> Links, IReadOnlyList<Reply> Billed, IReadOnlyList<string> Pages)> PrepareAsync()
    {
        var (links, billed, pages) = (new List<string>(), new List<Reply>(), new List<string>());
        for (var i = 0; i < Offers; i++)
        {
            var (offer, link) = await Tenant.SentOfferAsync(new { customerId = _shopper, onAccept = "BOTH" });
            _offers.Add(offer.Id);
            links.Add(link);
        }
        for (var i = 0; i < Lines; i++) billed.Add(await Tenant.IssuedAsync(_payer));
        _billed.AddRange(billed.Select(b => b.Id));
        for (var i = 0; i < Pages; i++)
        {
            _paidOnline.Add((await Tenant.IssuedAsync(_shopper)).Id);
            pages.Add((await Tenant.PostAsync($"/invoices/{_paidOnline[^1]}/checkouts")).ShouldBe(201).Of("url")!);
        }
        return (links, billed, pages);
    }

    private async Task RecurringAsync()
    {
        for (var i = 0; i < Recurring; i++)
            _recurring.Add((await Tenant.PostAsync("/recurring-invoices", new { customerId = _subscriber, autoIssue = true, lineItems = new[] { InvoiceIntents.Line } })).ShouldBe(201).Id);
    }

    private void BeginAll(IReadOnlyList<string> links, IReadOnlyList<Reply> billed, IReadOnlyList<string> pages)
    {
        _callers.Begin(Enumerable.Range(0, Accepts).SelectMany(_ => links), link => _callers.SendAsync(api => api.As(null).PostAsync($"{link}/accept", new { name = "Ada" }), 200));
        // Who notes a payment names an invoice that a transfer names as well.
        _callers.Begin(Enumerable.Range(0, Notes), i => NoteAsync(new { amount = PaymentIntents.Amount(120), method = "CASH", receivedOn = "2026-03-01", reference = billed[i % Lines].Of("number") }));
        _rounds++;
        var rows = billed.Select((b, i) => $"2026-03-01,120.00,Invoice {b.Of("number")},Babbage & Co,{BankIntents.PayerIban},T{_rounds}-{i}").ToList();
        // Each statement comes twice, and shares a third of its lines with the other.
        var files = new[] { rows[..(Lines * 2 / 3)], rows[(Lines / 3)..] };
        _callers.Begin(files.Concat(files), async file =>
        {
            var reply = await _callers.SendAsync(api => api.BankCsvAsync(file), 201, 409);
            if (reply.Status == 409) reply.ShouldFail(409, "DUPLICATE");
        });
        foreach (var page in pages.Take(Pages / 2)) Tell(_stripe.Pay(page));
    }

    private async Task NoteAsync(object body)
    {
        var key = Guid.NewGuid().ToString();
        var noted = await _callers.SendAsync(api => api.PostAsync("/payments", body, ("Idempotency-Key", key)), 201);
        _notes.Enqueue(new Acknowledged("/payments", body, key, [noted.Id]));
    }

    /// <summary>Stripe tells of a payment, again and again.</summary>
    private void Tell(JsonObject session)
    {
        var message = _stripe.Event("checkout.session.completed", session);
        _callers.Begin(Enumerable.Range(0, Tells), _ => _callers.SendAsync(api => api.As(null).RawAsync("POST", $"/hooks/stripe/{_owner.Id}", message, headers: FakeStripe.Signed(message, _secret)), 200));
    }

    private async Task<NpgsqlTransaction> HoldNumbersAsync(NpgsqlConnection connection)
    {
        var transaction = await connection.BeginTransactionAsync();
        (await connection.QueryAsync<long>("select value from crm.counters where tenant_id = @Id and name like 'invoice %' for update", new { _owner.Id }, transaction)).ShouldHaveSingleItem();
        return transaction;
    }

    /// <summary>Whatever was acknowledged is there, once; sent again it is answered from memory; each transfer is one payment; and no payment gives more than it has.</summary>
    private async Task PaymentsAsync()
    {
        foreach (var note in _notes)
        {
            var again = (await Tenant.PostAsync(note.Path, note.Body, ("Idempotency-Key", note.Key))).ShouldBe(201);
            (again.Header("Idempotent-Replayed"), again.Id).ShouldBe(("true", note.Ids[0]));
        }
        var payments = (await Tenant.GetAsync("/payments?take=200&count=exact")).ShouldBe(200);
        var bySource = payments.Items.ToLookup(p => (string)p!["source"]!);
        bySource["MANUAL"].Select(p => Id(p!)).ShouldBe(_notes.SelectMany(n => n.Ids), ignoreOrder: true);
        (bySource["BANK_STATEMENT"].Count(), bySource["STRIPE"].Count(), (int)payments.Meta["total"]!).ShouldBe((_rounds * Lines, _paidOnline.Count, _rounds * (Lines + Notes + Pages)));
        bySource["BANK_STATEMENT"].Select(p => (string)p!["sourceKey"]!).ShouldBeUnique();
        payments.Items.ShouldAllBe(p => Amount(p!, "allocatedTotal") <= 120 && Amount(p!, "unallocated") >= 0);
        payments.Items.Sum(p => Amount(p!, "allocatedTotal")).ShouldBe(120m * (_billed.Count + _paidOnline.Count));
    }

    /// <summary>What a customer owes is what he was invoiced less what is allocated to it.</summary>
    private async Task OwedAsync(Guid customer, int invoices, int paid)
    {
        var owed = (await Tenant.GetAsync($"/customers/{customer}/receivable")).ShouldBe(200).Data["currencies"]!.AsArray().ShouldHaveSingleItem()!;
        (Amount(owed, "invoiced"), Amount(owed, "paid"), Amount(owed, "receivable")).ShouldBe((120m * invoices, 120m * paid, 120m * (invoices - paid)));
    }

    private async Task<IReadOnlyList<JsonNode>> InvoicesAsync(string query) => [.. (await Tenant.GetAsync($"/invoices?take=200{query}")).ShouldBe(200).Items.Select(i => i!)];

    private static Guid Id(JsonNode record) => (Guid)record["id"]!;

    private static decimal Amount(JsonNode record, string member) => record[member]!["amount"]!.GetValue<decimal>();
}
