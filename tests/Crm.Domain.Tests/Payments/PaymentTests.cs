using Crm.Domain.Commerce;
using Crm.Domain.Common;
using Crm.Domain.Documents;
using Crm.Domain.Invoices;
using Crm.Domain.Payments;
using FsCheck;
using FsCheck.Fluent;
using static Crm.Domain.Tests.Invoices.InvoiceExamples;

namespace Crm.Domain.Tests.Payments;

/// <summary>Money neither appears nor vanishes: what comes in is allocated, refunded or left, and what is due is what nobody has settled.</summary>
public sealed class PaymentTests
{
    private static readonly DocumentParty Seller = new() { Name = "Analytical Ltd", VatId = "BG123456789", Country = "BG" }, Buyer = new() { Name = "Babbage & Co", Country = "DE" };
    private static readonly IssueSetting Issuing = new(Seller, Buyer, 14, null, Today, Now, TemplateUse.BuiltIn);

    private enum Act
    {
        Allocate,
        Reverse,
        RefundPayment,
        RefundInvoice,
        WriteOff,
        Credit,
    }

    [Fact]
    public void However_money_is_moved_nothing_exceeds_what_there_is_and_all_sums_are_those_of_the_entries()
    {
        var acts = Gen.NonEmptyListOf(from act in Gen.Elements(Enum.GetValues<Act>()) from one in Gen.Choose(0, 2) from other in Gen.Choose(0, 2) from amount in Gen.Choose(-1, 250)
                                      select (Act: act, One: one, Other: other, Amount: amount));
        Holds(acts, all =>
        {
            Payment[] payments = [Received(100), Received(250), Received(0.01m)];
            Invoice[] invoices = [Issued(Line(2, 50)), Issued(Line(1, 10)), Issued(Line(3, 33.33m))];
            var (entries, credited) = (new List<ReceivableEntry>(), new Dictionary<Guid, CreditedSoFar>());
            foreach (var (act, one, other, number) in all)
            {
                var (payment, invoice, amount) = (payments[one], invoices[other], number == 0 ? null : Money.Of(number, "EUR"));
                try
                {
                    switch (act)
                    {
                        case Act.Allocate: entries.AddRange(payment.Allocate([new PaymentAllocation(invoice.Id, amount)], invoices.ToDictionary(i => i.Id), Today, Now)); break;
                        case Act.RefundPayment: entries.Add(ReceivableEntry.OfRefund(Guid.CreateVersion7(), payment, amount, null, null, Today)); break;
                        case Act.RefundInvoice: entries.Add(ReceivableEntry.OfRefund(Guid.CreateVersion7(), invoice, amount, null, null, Today)); break;
                        case Act.WriteOff: entries.Add(ReceivableEntry.OfWriteOff(Guid.CreateVersion7(), invoice, amount, "Insolvent", Today)); break;
                        case Act.Reverse: entries.Add(Reversal(entries, payments, invoices, one + other, amount)); break;
                        case Act.Credit: Credit(invoice, credited); break;
                    }
                }
                catch (CrmException)
                {
                    // More than there is, or nothing at all: nothing moves.
                }
                payments.ShouldAllBe(p => AddsUp(p, entries));
                invoices.ShouldAllBe(i => AddsUp(i, entries));
            }
        });
    }

    [Fact]
    public void A_payment_stands_where_its_money_is()
    {
        var (payment, invoice) = (Received(120), Issued(Line(1, 50)));
        (payment.Status, payment.Unallocated.Amount, payment.Source).ShouldBe((PaymentStatus.Unallocated, 120, PaymentSource.Manual));
        payment.DrainEvents().ShouldHaveSingleItem().ShouldBeOfType<Created<Payment>>();
        invoice.DrainEvents();
        var entry = Allocate(payment, invoice).ShouldHaveSingleItem();
        (payment.Status, payment.Unallocated.Amount, invoice.Status).ShouldBe((PaymentStatus.PartiallyAllocated, 60, InvoiceStatus.Paid));
        payment.DrainEvents().ShouldHaveSingleItem().ShouldBe(new PaymentAllocated(payment.Id, entry.Id, invoice.Id, "1", Money.Of(60, "EUR"), Money.Of(60, "EUR")));
        invoice.DrainEvents().Select(e => e.GetType()).ShouldBe([typeof(InvoiceBalanceChanged), typeof(InvoicePaid)]);
        ReceivableEntry.OfRefund(Guid.CreateVersion7(), payment, null, null, "Too much", Today);
        (payment.Status, payment.RefundedTotal.Amount, payment.Unallocated.Amount).ShouldBe((PaymentStatus.Allocated, 60, 0));
        Refused("INVALID_STATE", () => ReceivableEntry.OfRefund(Guid.CreateVersion7(), payment, null, null, null, Today));
        var reversal = ReceivableEntry.OfReversal(Guid.CreateVersion7(), entry, Money.Of(60, "EUR"), payment, invoice, null, "Wrong", Today);
        (payment.Status, reversal.Details.Amount.Amount, reversal.Details.ReversesId, invoice.Status).ShouldBe((PaymentStatus.Unallocated, -60, entry.Id, InvoiceStatus.Sent));
        ReceivableEntry.OfRefund(Guid.CreateVersion7(), payment, null, Today, null, Today);
        payment.Status.ShouldBe(PaymentStatus.Refunded);
    }

    [Fact]
    public void An_invoice_is_open_again_when_what_paid_it_is_taken_back()
    {
        var (payment, invoice) = (Received(200), Issued(Line()));
        var first = Allocate(payment, invoice, 20).Single();
        invoice.Status.ShouldBe(InvoiceStatus.PartiallyPaid);
        var rest = Allocate(payment, invoice).Single();
        (invoice.Status, payment.Unallocated.Amount).ShouldBe((InvoiceStatus.Paid, 80));
        invoice.FallOverdue(Today.AddDays(15));
        invoice.Status.ShouldBe(InvoiceStatus.Paid);
        invoice.DrainEvents();
        ReceivableEntry.OfReversal(Guid.CreateVersion7(), rest, rest.Details.Amount, payment, invoice, null, null, Today.AddDays(15));
        (invoice.Status, invoice.DueTotal.Amount).ShouldBe((InvoiceStatus.Overdue, 100));
        invoice.DrainEvents().OfType<InvoiceOverdue>().ShouldHaveSingleItem().DueTotal.Amount.ShouldBe(100);
        ReceivableEntry.OfReversal(Guid.CreateVersion7(), first, first.Details.Amount, payment, invoice, Money.Of(5, "EUR"), null, Today.AddDays(15));
        (invoice.Status, invoice.PaidTotal.Amount).ShouldBe((InvoiceStatus.Overdue, 15));
    }

    [Fact]
    public void What_is_given_up_is_not_due_and_keeps_the_invoice_from_being_void()
    {
        var invoice = Issued(Line());
        ReceivableEntry.OfWriteOff(Guid.CreateVersion7(), invoice, Money.Of(20, "EUR"), "Rounding", Today);
        (invoice.WrittenOff, invoice.DueTotal.Amount, invoice.Status).ShouldBe((20, 100, InvoiceStatus.Sent));
        Refused("INVALID_STATE", () => ReceivableEntry.OfWriteOff(Guid.CreateVersion7(), invoice, Money.Of(100.01m, "EUR"), "Insolvent", Today)).Errors!.Keys.ShouldBe(["amount"]);
        ReceivableEntry.OfWriteOff(Guid.CreateVersion7(), invoice, null, "Insolvent", Today);
        (invoice.WrittenOff, invoice.DueTotal.Amount, invoice.Status).ShouldBe((120, 0, InvoiceStatus.Paid));
        Refused("INVALID_STATE", () => invoice.DeclareVoid(null, Now));
    }

    [Fact]
    public void What_was_paid_too_much_goes_back()
    {
        var (payment, invoice) = (Received(120), Issued(Line()));
        Allocate(payment, invoice);
        invoice.Credit(Guid.CreateVersion7(), null, CreditedSoFar.Nothing, null, "2", Today, Now);
        (invoice.DueTotal.Amount, invoice.Status).ShouldBe((-120, InvoiceStatus.Paid));
        Refused("VALIDATION_FAILED", () => ReceivableEntry.OfRefund(Guid.CreateVersion7(), invoice, null, Today.AddDays(1), null, Today)).Errors!.Keys.ShouldBe(["refundedOn"]);
        Refused("INVALID_STATE", () => ReceivableEntry.OfRefund(Guid.CreateVersion7(), invoice, Money.Of(121, "EUR"), null, null, Today));
        ReceivableEntry.OfRefund(Guid.CreateVersion7(), invoice, null, null, "Sent back", Today);
        (invoice.DueTotal.Amount, invoice.Refunded, payment.Status).ShouldBe((0, 120, PaymentStatus.Allocated));
        var givenUp = Issued(Line());
        ReceivableEntry.OfWriteOff(Guid.CreateVersion7(), givenUp, null, "Insolvent", Today);
        givenUp.Credit(Guid.CreateVersion7(), null, CreditedSoFar.Nothing, null, "2", Today, Now);
        Refused("INVALID_STATE", () => ReceivableEntry.OfRefund(Guid.CreateVersion7(), givenUp, null, null, null, Today)).Errors!.Keys.ShouldBe(["amount"], "nobody paid it");
        Refused("INVALID_STATE", () => ReceivableEntry.OfRefund(Guid.CreateVersion7(), invoice, null, null, null, Today));
    }

    [Fact]
    public void Only_issued_invoices_in_the_payment_s_currency_are_paid_and_each_once()
    {
        var payment = Received(500);
        var (open, draft, gone, paid) = (Issued(Line()), Draft(Details(Line())), Issued(Line()), Issued(Line() with { UnitPrice = Money.Of(0, "EUR") }));
        gone.DeclareVoid(null, Now);
        var note = Issued(Line()).Credit(Guid.CreateVersion7(), null, CreditedSoFar.Nothing, null, "2", Today, Now);
        var dollars = Invoice.Draft(Guid.CreateVersion7(), Details(Line(currency: "USD")) with { Currency = "USD" }, Setting(Details(Line(currency: "USD")), currency: "USD"));
        dollars.Issue("3", Issuing);
        Allocated("INVALID_STATE", draft, gone, note, paid).ShouldBe(["allocations[0].invoiceId", "allocations[1].invoiceId", "allocations[2].invoiceId", "allocations[3].invoiceId"]);
        Allocated("UNPROCESSABLE", open, dollars).ShouldBe(["allocations[1].invoiceId"]);
        Allocated("VALIDATION_FAILED", open, open).ShouldBe(["allocations[1].invoiceId"]);
        Refused("UNPROCESSABLE", () => payment.Allocate([new PaymentAllocation(Guid.CreateVersion7())], new Dictionary<Guid, Invoice>(), Today, Now));
        Refused("INVALID_STATE", () => Allocate(payment, open, 120.01m)).Errors!.Keys.ShouldBe(["allocations[0].amount"]);
        Refused("VALIDATION_FAILED", () => payment.Allocate([new PaymentAllocation(open.Id, Money.Of(1, "USD"))], Known(open), Today, Now)).Errors!.Keys.ShouldBe(["allocations[0].amount.currency"]);
        (payment.Unallocated.Amount, open.DueTotal.Amount).ShouldBe((500, 120), "all or none");

        IEnumerable<string> Allocated(string code, params Invoice[] invoices) => Refused(code, () => payment.Allocate([.. invoices.Select(i => new PaymentAllocation(i.Id))], Known(invoices), Today, Now)).Errors!.Keys;
    }

    [Fact]
    public void A_payment_changes_only_while_nothing_of_it_has_moved()
    {
        var (payment, invoice) = (Received(120), Issued(Line()));
        payment.Revise(payment.Details with { Amount = Money.Of(130, "USD") }, Today);
        (payment.Unallocated, payment.AllocatedTotal).ShouldBe((Money.Of(130, "USD"), Money.Zero("USD")));
        payment.Revise(payment.Details with { Amount = Money.Of(120, "EUR") }, Today);
        var entry = Allocate(payment, invoice).Single();
        Refused("INVALID_STATE", () => payment.Revise(payment.Details with { Amount = Money.Of(130, "EUR") }, Today));
        Refused("INVALID_STATE", () => payment.Revise(payment.Details with { ReceivedOn = Today.AddDays(-1) }, Today));
        Refused("INVALID_STATE", () => payment.Delete(Guid.CreateVersion7(), Now));
        payment.Revise(payment.Details with { Note = "By phone" }, Today);
        ReceivableEntry.OfReversal(Guid.CreateVersion7(), entry, entry.Details.Amount, payment, invoice, null, null, Today);
        payment.Delete(Guid.CreateVersion7(), Now);
        Refused("VALIDATION_FAILED", () => Received(0)).Errors!.Keys.ShouldBe(["amount.amount"]);
        Refused("VALIDATION_FAILED", () => Payment.Receive(Guid.CreateVersion7(), payment.Details with { ReceivedOn = Today.AddDays(1) }, Today)).Errors!.Keys.ShouldBe(["receivedOn"]);
        Refused("VALIDATION_FAILED", () => Payment.Receive(Guid.CreateVersion7(), payment.Details with { PayerIban = "DE00" }, Today)).Errors!.Keys.ShouldBe(["payerIban"]);
    }

    [Fact]
    public void An_invoice_that_is_issued_with_nothing_due_is_paid_at_once()
    {
        var invoice = Draft(Details(Line()) with { Prepaid = Money.Of(120, "EUR") });
        invoice.DrainEvents();
        invoice.Issue("1", Issuing);
        invoice.DrainEvents().Select(e => e.GetType()).ShouldBe([typeof(InvoiceIssued), typeof(InvoicePaid)]);
    }

    private static ReceivableEntry Reversal(List<ReceivableEntry> entries, Payment[] payments, Invoice[] invoices, int index, Money? amount)
    {
        if (entries.Count == 0) throw PaymentErrors.Reversed();
        var of = entries[index % entries.Count];
        var left = of.Details.Amount.Amount + entries.Where(e => e.Details.ReversesId == of.Id).Sum(e => e.Details.Amount.Amount);
        return ReceivableEntry.OfReversal(Guid.CreateVersion7(), of, Money.Of(left, "EUR"), payments.SingleOrDefault(p => p.Id == of.Details.PaymentId),
            invoices.SingleOrDefault(i => i.Id == of.Details.InvoiceId), amount, null, Today);
    }

    private static void Credit(Invoice invoice, Dictionary<Guid, CreditedSoFar> credited)
    {
        var (line, before) = (invoice.Details.LineItems[0], credited.GetValueOrDefault(invoice.Id, CreditedSoFar.Nothing));
        var note = invoice.Credit(Guid.CreateVersion7(), [new CreditLine(line.Id!.Value, 1)], before, null, "2", Today, Now);
        credited[invoice.Id] = before.With(note);
    }

    private static bool AddsUp(Payment payment, List<ReceivableEntry> entries)
    {
        var own = entries.Where(e => e.Details.PaymentId == payment.Id).ToLookup(e => e.Details.Kind, e => e.Details.Amount.Amount);
        return (payment.AllocatedTotal.Amount, payment.RefundedTotal.Amount) == (own[ReceivableEntryKind.Allocation].Sum(), own[ReceivableEntryKind.Refund].Sum())
            && payment.Details.Amount.Amount == payment.AllocatedTotal.Amount + payment.RefundedTotal.Amount + payment.Unallocated.Amount
            && payment is { AllocatedTotal.Amount: >= 0, RefundedTotal.Amount: >= 0, Unallocated.Amount: >= 0 };
    }

    private static bool AddsUp(Invoice invoice, List<ReceivableEntry> entries)
    {
        var own = entries.Where(e => e.Details.InvoiceId == invoice.Id).ToLookup(e => e.Details.Kind, e => e.Details.Amount.Amount);
        return (invoice.PaidTotal.Amount, invoice.WrittenOff, invoice.Refunded) == (own[ReceivableEntryKind.Allocation].Sum(), own[ReceivableEntryKind.WriteOff].Sum(), own[ReceivableEntryKind.Refund].Sum())
            && invoice.DueTotal.Amount == invoice.Total.Amount - invoice.PaidTotal.Amount - invoice.CreditedTotal.Amount - invoice.WrittenOff + invoice.Refunded
            && invoice.Status == (invoice.DueTotal.Amount <= 0 ? InvoiceStatus.Paid : invoice.PaidTotal.Amount > 0 ? InvoiceStatus.PartiallyPaid : InvoiceStatus.Sent);
    }

    private static Payment Received(decimal amount) =>
        Payment.Receive(Guid.CreateVersion7(), new PaymentDetails { Method = PaymentMethod.BankTransfer, Amount = Money.Of(amount, "EUR"), ReceivedOn = Today }, Today);

    private static Invoice Issued(DocumentItem line)
    {
        var invoice = Draft(Details(line));
        invoice.Issue("1", Issuing);
        return invoice;
    }

    private static IReadOnlyList<ReceivableEntry> Allocate(Payment payment, Invoice invoice, decimal? amount = null) =>
        payment.Allocate([new PaymentAllocation(invoice.Id, amount is { } part ? Money.Of(part, "EUR") : null)], Known(invoice), Today, Now);

    private static Dictionary<Guid, Invoice> Known(params Invoice[] invoices) => invoices.DistinctBy(i => i.Id).ToDictionary(i => i.Id);

    private static CrmException Refused(string code, Action act)
    {
        var refusal = Should.Throw<CrmException>(act);
        refusal.Code.ShouldBe(code);
        return refusal;
    }
}
