using Crm.Domain.Commerce;
using Crm.Domain.Common;
using Crm.Domain.Documents;
using Crm.Domain.Invoices;
using static Crm.Domain.Tests.Invoices.InvoiceExamples;

namespace Crm.Domain.Tests.Invoices;

/// <summary>What becomes of an invoice once it is written.</summary>
public sealed class InvoiceTests
{
    private static readonly DocumentParty Seller = new() { Name = "Analytical Ltd", VatId = "BG123456789", Country = "BG" }, Buyer = new() { Name = "Babbage & Co", Country = "DE", Email = "b@example.com" };
    private static readonly IssueSetting Issuing = new(Seller, Buyer, 14, "INV-", Today, Now, TemplateUse.BuiltIn);

    [Fact]
    public void An_issued_invoice_has_its_number_its_parties_and_its_days()
    {
        var invoice = Draft(Details(Line()));
        invoice.DrainEvents();
        invoice.Issue("INV-2026-000001", Issuing);
        (invoice.Status, invoice.Number, invoice.IssueDate, invoice.IssuedAt, invoice.SentAt).ShouldBe((InvoiceStatus.Sent, "INV-2026-000001", Today, Now, null));
        (invoice.Details.DueDate, invoice.Details.Series, invoice.Seller, invoice.Buyer).ShouldBe((Today.AddDays(14), "INV-", Seller, Buyer));
        invoice.DrainEvents().ShouldHaveSingleItem().ShouldBe(new InvoiceIssued(invoice.Id, InvoiceKind.Invoice, "INV-2026-000001", Today, Today.AddDays(14), Money.Of(120, "EUR"), invoice.Details.CustomerId));
        InvalidState(() => invoice.Issue("INV-2026-000002", Issuing));
    }

    [Fact]
    public void What_is_issued_never_changes_but_its_labels()
    {
        var invoice = Issued(Details(Line()));
        InvalidState(() => invoice.Revise(invoice.Details with { Notes = "Late" }, Setting(invoice.Details)));
        InvalidState(() => invoice.Revise(invoice.Details with { LineItems = [] }, Setting(invoice.Details)));
        InvalidState(() => invoice.Delete(Guid.CreateVersion7(), Now));
        invoice.DrainEvents();
        invoice.Revise(invoice.Details, Setting(invoice.Details));
        invoice.DrainEvents().ShouldBeEmpty();
        invoice.Revise(invoice.Details with { Tags = Tags.Of(["vip"], "tags") }, Setting(invoice.Details));
        invoice.DrainEvents().ShouldHaveSingleItem().ShouldBeOfType<Updated<Invoice>>().Members.ShouldBe(["tags"]);
    }

    [Fact]
    public void What_an_invoice_must_say_is_demanded_all_at_once()
    {
        Lacks(Draft(Details()), Issuing with { Seller = new DocumentParty(), Buyer = new DocumentParty() }, "lineItems", "tenantProfile.legalName", "tenantProfile.country", "tenantProfile.registrationNumber", "customer.name", "customer.country");
        Lacks(Draft(Details(Line())), Issuing with { Seller = Seller with { VatId = null } }, "tenantProfile.vatId");
        var reversed = Details(Line() with { TaxCategory = TaxCategory.ReverseCharge, TaxReason = "Article 196" });
        Lacks(Draft(reversed), Issuing, "customer.taxNumber");
        Draft(reversed).EnsureIssuable(Issuing with { Buyer = Buyer with { VatId = "DE123456789" } });
        var inside = Details(Line() with { TaxCategory = TaxCategory.IntraCommunity, TaxReason = "Article 138" });
        Lacks(Draft(inside), Issuing with { Buyer = Buyer with { RegistrationNumber = "HRB 1" } }, "customer.taxNumber");
        var outside = Details(Line() with { TaxCategory = TaxCategory.OutsideScope, TaxReason = "Not subject to VAT" });
        Draft(outside).EnsureIssuable(Issuing with { Seller = Seller with { VatId = null, RegistrationNumber = "123456789" } });
        Lacks(Draft(Details(Line()) with { DueDate = Today.AddDays(-1) }), Issuing, "dueDate");
    }

    [Fact]
    public void Nothing_due_is_paid_and_a_void_one_owes_nothing()
    {
        Issued(Details(Line()) with { Prepaid = Money.Of(120, "EUR") }).Status.ShouldBe(InvoiceStatus.Paid);
        var invoice = Issued(Details(Line()) with { Prepaid = Money.Of(20, "EUR") });
        (invoice.Status, invoice.DueTotal.Amount).ShouldBe((InvoiceStatus.Sent, 100m));
        invoice.DeclareVoid("Typed wrong", Now);
        (invoice.Status, invoice.DueTotal.Amount, invoice.Total.Amount, invoice.Number).ShouldBe((InvoiceStatus.Void, 0m, 120m, "1"));
        InvalidState(() => invoice.DeclareVoid(null, Now));
        InvalidState(() => invoice.Send(null, Now));
        InvalidState(() => invoice.Credit(Guid.CreateVersion7(), null, CreditedSoFar.Nothing, null, "2", Today, Now));
        InvalidState(() => Draft(Details(Line())).DeclareVoid(null, Now));
        InvalidState(() => Draft(Details(Line())).Send(null, Now));
    }

    [Fact]
    public void It_is_overdue_after_the_day_it_was_due()
    {
        var invoice = Issued(Details(Line()));
        invoice.DrainEvents();
        invoice.FallOverdue(Today.AddDays(14));
        invoice.Status.ShouldBe(InvoiceStatus.Sent);
        invoice.FallOverdue(Today.AddDays(15));
        invoice.FallOverdue(Today.AddDays(16));
        invoice.Status.ShouldBe(InvoiceStatus.Overdue);
        invoice.DrainEvents().ShouldHaveSingleItem().ShouldBe(new InvoiceOverdue(invoice.Id, "1", Today.AddDays(14), Money.Of(120, "EUR"), invoice.Details.CustomerId));
        var draft = Draft(Details(Line()) with { DueDate = Today });
        draft.FallOverdue(Today.AddDays(1));
        draft.Status.ShouldBe(InvoiceStatus.Draft);
    }

    [Fact]
    public void A_credit_note_of_all_is_the_exact_opposite_whatever_is_on_the_invoice() => Holds(Issuable, details =>
    {
        var invoice = Issued(details);
        var note = invoice.Credit(Guid.CreateVersion7(), null, CreditedSoFar.Nothing, null, "2", Today, Now);
        (note.Kind, note.CreditedInvoiceId, note.Status, note.DueTotal.Amount).ShouldBe((InvoiceKind.CreditNote, invoice.Id, InvoiceStatus.Paid, 0m));
        foreach (var sum in (Func<Invoice, Money>[])[i => i.LineTotal, i => i.NetTotal, i => i.TaxTotal, i => i.Total]) (sum(invoice).Amount + sum(note).Amount).ShouldBe(0);
        note.Taxes.Select(t => (t.Category, t.Percent, -t.Taxable.Amount, -t.Tax.Amount)).ShouldBe(invoice.Taxes.Select(t => (t.Category, t.Percent, t.Taxable.Amount, t.Tax.Amount)));
        note.Details.LineItems.Select(l => (l.SourceItemId, -l.Quantity, -l.Net!.Amount)).ShouldBe(invoice.Details.LineItems.Select(l => (l.Id, l.Quantity, l.Net!.Amount)));
        (invoice.DueTotal.Amount, invoice.CreditedTotal, invoice.Status).ShouldBe((0m, invoice.Total, InvoiceStatus.Paid));
        InvalidState(() => invoice.Credit(Guid.CreateVersion7(), null, CreditedSoFar.Nothing.With(note), null, "3", Today, Now));
    });

    [Fact]
    public void Lines_taken_back_one_by_one_take_back_their_nets_and_all_of_the_adjustments() => Holds(Issuable, details =>
    {
        var invoice = Issued(details);
        var (before, nets, charges) = (CreditedSoFar.Nothing, 0m, 0m);
        foreach (var line in invoice.Details.LineItems)
        {
            var note = invoice.Credit(Guid.CreateVersion7(), [new CreditLine(line.Id!.Value)], before, null, "2", Today, Now);
            note.LineTotal.Amount.ShouldBe(-line.Net!.Amount);
            before = before.With(note);
            nets -= note.LineTotal.Amount;
            charges += note.Details.Adjustments.Where(a => a.Amount is not null && a.Reason != "Rounding").Sum(a => a.IsCharge ? a.Amount!.Amount : -a.Amount!.Amount);
        }
        nets.ShouldBe(invoice.LineTotal.Amount);
        charges.ShouldBe(-invoice.Details.Adjustments.Where(a => a.Amount is not null).Sum(a => a.IsCharge ? a.Amount!.Amount : -a.Amount!.Amount), "amounts fall into parts that add up");
    });

    [Fact]
    public void Whatever_is_taken_back_in_pieces_comes_to_the_invoice_to_the_cent() => Holds(Issuable, details =>
    {
        var invoice = Issued(details);
        var (before, notes) = (CreditedSoFar.Nothing, new List<Invoice>());
        void Credit(params CreditLine[]? lines)
        {
            var note = invoice.Credit(Guid.CreateVersion7(), lines, before, null, "2", Today, Now);
            (before, notes) = (before.With(note), [.. notes, note]);
        }
        // A third of each line, line by line, then a third of all, then what is left.
        decimal Third(DocumentItem line) => Math.Max(0.000001m, decimal.Round(line.Quantity / 3, 6, MidpointRounding.ToZero));
        if (invoice.Details.LineItems.All(l => l.Quantity > 0.00001m))
        {
            foreach (var line in invoice.Details.LineItems) Credit(new CreditLine(line.Id!.Value, Third(line)));
            Credit([.. invoice.Details.LineItems.Select(l => new CreditLine(l.Id!.Value, Third(l)))]);
        }
        Credit(null);
        foreach (var sum in (Func<Invoice, Money>[])[i => i.NetTotal, i => i.TaxTotal, i => i.Total]) (sum(invoice).Amount + notes.Sum(n => sum(n).Amount)).ShouldBe(0);
        foreach (var tax in invoice.Taxes)
        {
            var credited = notes.SelectMany(n => n.Taxes).Where(t => (t.Category, t.Percent) == (tax.Category, tax.Percent)).ToList();
            (credited.Sum(t => t.Taxable.Amount), credited.Sum(t => t.Tax.Amount)).ShouldBe((-tax.Taxable.Amount, -tax.Tax.Amount));
        }
        (invoice.DueTotal.Amount, invoice.CreditedTotal, invoice.Status).ShouldBe((0m, invoice.Total, InvoiceStatus.Paid));
    });

    [Fact]
    public void No_more_is_taken_back_than_there_is()
    {
        var invoice = Issued(Details(Line(10, 9.99m), Line()));
        var (first, second) = (invoice.Details.LineItems[0].Id!.Value, invoice.Details.LineItems[1].Id!.Value);
        var part = invoice.Credit(Guid.CreateVersion7(), [new CreditLine(first, 4)], CreditedSoFar.Nothing, "Damaged", "2", Today, Now);
        (part.Total.Amount, part.Details.Notes, invoice.DueTotal.Amount, invoice.Status).ShouldBe((-47.95m, "Damaged", 191.93m, InvoiceStatus.Sent));
        var before = CreditedSoFar.Nothing.With(part);
        Uncreditable("lines[0].quantity", new CreditLine(first, 6.000001m));
        Uncreditable("lines[1].lineItemId", new CreditLine(second), new CreditLine(second));
        Uncreditable("lines[0].lineItemId", new CreditLine(Guid.CreateVersion7()));
        var rest = invoice.Credit(Guid.CreateVersion7(), null, before, null, "3", Today, Now);
        rest.Details.LineItems.Select(l => l.Quantity).ShouldBe([-6m, -1m]);
        (part.Total.Amount + rest.Total.Amount + invoice.Total.Amount, invoice.Status).ShouldBe((0m, InvoiceStatus.Paid));
        InvalidState(() => part.Credit(Guid.CreateVersion7(), null, CreditedSoFar.Nothing, null, "4", Today, Now));
        InvalidState(() => invoice.DeclareVoid(null, Now));

        void Uncreditable(string path, params CreditLine[] lines) =>
            Should.Throw<CrmException>(() => invoice.Credit(Guid.CreateVersion7(), lines, before, null, "3", Today, Now)).Errors!.Keys.ShouldContain(path);
    }

    [Theory]
    [InlineData(null, 1, "2026-000001")]
    [InlineData("INV-", 1_234_567, "INV-2026-1234567")]
    public void Numbers_have_their_series_and_year(string? series, long n, string number) => InvoiceNumber.Of(series, 2026, n).ShouldBe(number);

    private static Invoice Issued(InvoiceDetails details)
    {
        var invoice = Draft(details);
        invoice.Issue("1", Issuing with { Buyer = Buyer with { VatId = "DE123456789" } });
        return invoice;
    }

    private static void Lacks(Invoice draft, IssueSetting setting, params string[] paths)
    {
        var refusal = Should.Throw<CrmException>(() => draft.EnsureIssuable(setting));
        (refusal.Kind, string.Join(' ', refusal.Errors!.Keys.Order(StringComparer.Ordinal))).ShouldBe((ErrorKind.Unprocessable, string.Join(' ', paths.Order(StringComparer.Ordinal))));
    }

    private static void InvalidState(Action act) => Should.Throw<CrmException>(act).Code.ShouldBe("INVALID_STATE");
}
