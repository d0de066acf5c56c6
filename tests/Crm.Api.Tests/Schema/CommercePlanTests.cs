using System.Text.RegularExpressions;
using Crm.Application.Banking;
using Crm.Application.Invoices;
using Crm.Application.Matching;
using Crm.Application.Payments;
using Crm.Application.Reports;
using static Crm.Api.Tests.Schema.SchemaFixture;

namespace Crm.Api.Tests.Schema;

/// <summary>20,000 invoices, payments, bank entries and movements of one tenant among 40,000: the main questions of trade, asked as the application asks them, are answered from the index meant for them.</summary>
[Collection(nameof(SchemaCollection))]
public sealed partial class CommercePlanTests(SchemaFixture schema)
{
    private const string Tenant = "00000000-0000-7000-8000-000000000100", Customer = "00000000-0000-7000-a000-000000000008", Invoice = "00000000-0000-7000-b000-000000020008",
        Payment = "00000000-0000-7000-c000-000000020008", Statement = "00000000-0000-7000-e000-000000000009", Product = "00000000-0000-7000-a001-000000000008", Warehouse = "00000000-0000-7000-a002-000000000008",
        Order = "00000000-0000-7000-a005-000000000009";

    private const string Of = $" t where t.tenant_id = '{Tenant}' and t.deleted_at is null";
    private const string Invoices = "select t.* from crm_read.invoices" + Of, Payments = "select t.* from crm_read.payments" + Of, Entries = "select t.* from crm_read.receivable_entries" + Of,
        Movements = "select t.* from crm_read.stock_movements" + Of;

    private const string Newest = "order by t.created_at desc, t.id desc limit 50";

    [Theory]
    [InlineData("ix_invoices_created_at", $"{Invoices} {Newest}")]
    [InlineData("ix_invoices_customer_id", $"{Invoices} and t.customer_id = '{Customer}' {Newest}")]
    [InlineData("ix_invoices_issue_date", $"{Invoices} and t.issue_date between '2025-01-01' and '2025-01-20'")]
    [InlineData("ix_invoices_issue_date", $"{Invoices} order by t.issue_date desc nulls last, t.id desc limit 50")]
    [InlineData("ix_invoices_due_date", $"{Invoices} and t.status = 'OVERDUE' order by t.due_date, t.id limit 50")]
    [InlineData("ux_invoices_number", $"{Invoices} and t.number = '2024-000008' {Newest}")]
    [InlineData("ix_payments_created_at", $"{Payments} {Newest}")]
    [InlineData("ix_payments_customer_id", $"{Payments} and t.customer_id = '{Customer}' {Newest}")]
    [InlineData("ix_payments_status", $"{Payments} and t.status = 'UNALLOCATED' {Newest}")]
    [InlineData("ix_payments_received_on", $"{Payments} order by t.received_on desc, t.id desc limit 50")]
    [InlineData("ix_receivable_entries_payment_id", $"{Entries} and t.payment_id = '{Payment}' {Newest}")]
    [InlineData("ix_receivable_entries_invoice_id", $"{Entries} and t.invoice_id = '{Invoice}' {Newest}")]
    [InlineData("ix_stock_movements_created_at", $"{Movements} {Newest}")]
    [InlineData("ix_stock_movements_product_id", $"{Movements} and t.product_id = '{Product}' {Newest}")]
    [InlineData("ix_stock_movements_warehouse_id", $"{Movements} and t.warehouse_id = '{Warehouse}' {Newest}")]
    [InlineData("ix_stock_movements_occurred_at", $"{Movements} order by t.occurred_at desc, t.id desc limit 50")]
    [InlineData("ix_stock_movements_order_id", $"{Movements} and t.order_id = '{Order}' {Newest}")]
    public async Task Lists_are_read_from_their_index(string index, string query) => await ReadsAsync(query, index);

    [Fact]
    public Task What_is_due_and_since_when_is_read_from_what_is_open() => ReadsAsync(GetReceivablesAgeingHandler.Now, "ix_invoices_open");

    [Fact]
    public Task What_was_due_on_a_day_is_read_from_what_was_booked_since() =>
        ReadsAsync(GetReceivablesAgeingHandler.Then, "ix_invoices_open", "ix_receivable_entries_booked_on", "ix_invoices_voided_at");

    [Fact]
    public Task What_a_customer_owes_is_read_from_what_is_his() => ReadsAsync(GetCustomerReceivableHandler.Sums, "ix_invoices_customer_id", "ix_payments_customer_id");

    [Fact]
    public Task What_falls_overdue_is_read_from_what_is_open_and_due() => ReadsAsync(MarkOverdueInvoices.Sql, "ix_invoices_due_date");

    [Fact]
    public Task A_statement_is_read_in_its_order() => ReadsAsync(
        GetBankStatementEntriesHandler.Sql.Replace("@Id", $"'{Statement}'", StringComparison.Ordinal).Replace("@After", "100", StringComparison.Ordinal).Replace("@Outcome", "null", StringComparison.Ordinal),
        "ux_bank_statement_entries_position", "pk_payments");

    [Fact]
    public Task Payments_without_an_invoice_are_found_among_those_that_are_not_allocated() => ReadsAsync(MatchFactsReader.NextSql, "ix_payments_unallocated", "ix_receivable_entries_payment_id");

    [Fact]
    public Task Who_pays_is_found_by_the_account() => ReadsAsync(MatchFactsReader.PaymentsSql, "pk_payments", "ix_payments_payer_iban");

    [Fact]
    public Task Invoices_are_found_by_what_payers_write_and_by_what_is_due() => ReadsAsync(MatchFactsReader.CandidatesSql, "ix_invoices_key", "ix_invoices_due_total");

    /// <summary>The plan uses these indexes, and reads no table whole.</summary>
    private async Task ReadsAsync(string query, params string[] indexes)
    {
        var plan = string.Join('\n', await RowsAsync((await schema.MuchTrade).App, $"begin; select set_config('app.tenant_id', '{Tenant}', true); explain {Parameter().Replace(query, m => Value(m.Value))}"));
        foreach (var index in indexes) plan.ShouldContain($" {index}", customMessage: plan);
        plan.ShouldNotContain("Seq Scan");
    }

    private static string Value(string parameter) => parameter switch
    {
        "@TenantId" => $"'{Tenant}'::uuid",
        "@Today" or "@AsOf" => "date '2026-01-20'",
        "@Zone" => "'UTC'",
        "@Id" => $"'{Customer}'::uuid",
        "@OtherLane" => "1",
        "@After" => "'00000000-0000-7000-c000-000000000000'::uuid",
        "@Take" or "@Limit" or "@Most" => "50",
        "@Skip" => "0",
        "@Ids" or "@Mentioning" or "@Payers" => $"array['{Payment}', '{Payment}']::uuid[]",
        "@Customers" => $"array['{Customer}', '{Customer}']::uuid[]",
        "@Keys" => "array['2024-8', '2024-10']",
        "@Currencies" or "@PayerCurrencies" => "array['EUR', 'EUR']",
        "@Amounts" or "@PayerAmounts" => "array[108, 110]::numeric[]",
        _ => throw new ArgumentException($"{parameter} has no value."),
    };

    [GeneratedRegex(@"@\w+")]
    private static partial Regex Parameter();
}
