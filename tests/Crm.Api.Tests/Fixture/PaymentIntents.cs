using System.Text.Json;
using System.Text.Json.Nodes;

namespace Crm.Api.Tests.Fixture;

/// <summary>What tests do with payments.</summary>
internal static class PaymentIntents
{
    /// <summary>A new payment of 120 EUR, unless something else is given.</summary>
    public static async Task<Reply> PaymentAsync(this ApiClient client, decimal amount = 120, object? more = null)
    {
        var body = JsonSerializer.SerializeToNode(more ?? new { })!.AsObject();
        body["amount"] ??= Amount(amount);
        body["method"] ??= "BANK_TRANSFER";
        body["receivedOn"] ??= "2026-03-01";
        return (await client.PostAsync("/payments", body)).ShouldBe(201);
    }

    /// <summary>Allocates as much of a payment as possible to invoices, one after the other.</summary>
    public static Task<Reply> AllocateAsync(this ApiClient client, Guid payment, params Guid[] invoices) => client.PostAsync($"/payments/{payment}/allocations", new { allocations = invoices.Select(id => new { invoiceId = id }) });

    /// <summary>Allocates so much of a payment to an invoice.</summary>
    public static Task<Reply> AllocateAsync(this ApiClient client, Guid payment, Guid invoice, decimal amount) =>
        client.PostAsync($"/payments/{payment}/allocations", new { allocations = new[] { new { invoiceId = invoice, amount = Amount(amount) } } });

    /// <summary>How a payment stands: what it is, allocated, refunded and left.</summary>
    public static async Task<string> PaymentStandsAsync(this ApiClient client, Guid payment)
    {
        var seen = (await client.GetAsync($"/payments/{payment}")).ShouldBe(200);
        return $"{seen.Of("status")} {seen.Amount("allocatedTotal")} {seen.Amount("refundedTotal")} {seen.Amount("unallocated")}";
    }

    /// <summary>How an invoice stands: what it is, paid and due.</summary>
    public static async Task<string> InvoiceStandsAsync(this ApiClient client, Guid invoice)
    {
        var seen = (await client.GetAsync($"/invoices/{invoice}")).ShouldBe(200);
        return $"{seen.Of("status")} {seen.Amount("paidTotal")} {seen.Amount("dueTotal")}";
    }

    /// <summary>An amount in EUR.</summary>
    public static JsonNode Amount(decimal amount) => JsonSerializer.SerializeToNode(new { amount, currency = "EUR" })!;
}
