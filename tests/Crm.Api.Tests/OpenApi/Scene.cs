using System.Globalization;
using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.OpenApi;

/// <summary>
/// A tenant in which the document's own examples can be sent: the ids they name are replaced by those of records that exist, made by
/// the document's own creating operations.
/// </summary>
internal sealed class Scene(Contract contract, TenantClient tenant)
{
    private static readonly string Stage = Api.OpenApi.Examples.Id("stageId").ToString();
    private static int _serial;
    private ApiClient? _colleague;
    private bool _hasPast;
    private readonly Dictionary<string, Operation> _creators = contract.Operations.Where(o => o.Creates is not null && !o.IsPublic && !o.Path.Contains('{') && o.Method == "POST")
        .DistinctBy(o => o.Creates).ToDictionary(o => o.Creates!);
    private readonly Dictionary<string, string> _real = new()
    {
        [Api.OpenApi.Examples.Id("team/members").ToString()] = tenant.UserId.ToString(),
        [Api.OpenApi.Examples.Id("sessions").ToString()] = tenant.SessionId.ToString(),
    };

    public TenantClient Tenant { get; } = tenant;

    /// <summary>The operation's example, sent where it means something. <paramref name="prepare"/> changes the body last.</summary>
    public async Task<Reply> CallAsync(Operation operation, Action<JsonObject>? prepare = null, params (string Name, string Value)[] headers)
    {
        await PastAsync(operation);
        var path = await PathAsync(operation);
        if (operation.IsPlatform && operation.Path.EndsWith("/restore", StringComparison.Ordinal)) (await operation.By(Tenant).PostAsync(path[..^"/restore".Length] + "/suspend", new { reason = "x" })).ShouldBe(200);
        else if (operation.Path.EndsWith("/restore", StringComparison.Ordinal)) (await Tenant.DeleteAsync(path[..^"/restore".Length])).ShouldBe(204);
        var body = await BodyAsync(operation);
        if (body is JsonObject members) prepare?.Invoke(members);
        if (operation.Path.Contains("/hooks/stripe", StringComparison.Ordinal)) headers = [.. headers, await SignedAsync(operation, (string)body!)];
        return await operation.By(Tenant).SendAsync(operation.Method, path + Required(operation), operation.Encode(body), headers);
    }

    /// <summary>The path with a record of its own for the id in it.</summary>
    public async Task<string> PathAsync(Operation operation)
    {
        var path = operation.Path;
        foreach (var parameter in operation.Parameters.Where(p => (string)p["in"]! == "path"))
        {
            var example = (string)parameter["example"]!;
            // An event is nobody's to make: the first there is.
            if (operation.Path.StartsWith("/api/v1/events/{id}", StringComparison.Ordinal)) example = (string)(await Tenant.EventsAsync("after=0&take=1")).Items[0]!["id"]!;
            // One of its own: what the platform does to it, nobody else should feel.
            if (operation.Path.StartsWith("/api/v1/platform/tenants/{id}", StringComparison.Ordinal)) example = (await Tenant.As(null).RegisterAsync()).Id.ToString();
            if ((string)parameter["name"]! == "deliveryId") example = (await Tenant.PostAsync($"{path[..path.IndexOf("/deliveries", StringComparison.Ordinal)]}/test")).ShouldBe(200).Of("deliveryId")!;
            if (path.Contains("/hooks/email/", StringComparison.Ordinal)) example = (await Tenant.PostAsync("/inbound-email")).ShouldBe(201).Of("url")!.Split('/')[^1];
            if (operation.Path.StartsWith("/api/v1/invoices/{id}/", StringComparison.Ordinal)) example = await InvoiceAsync(operation);
            if (operation.Path.StartsWith("/api/v1/payments/{id}/", StringComparison.Ordinal) && (string)parameter["name"]! == "allocationId") example = await AllocationAsync(path.Split('/')[4]);
            if (path.Contains("/receivable-entries/{id}", StringComparison.Ordinal)) example = await AllocationAsync((await Tenant.PaymentAsync()).Id.ToString());
            if (operation.Path.EndsWith("/hooks/stripe/{tenant}", StringComparison.Ordinal)) example = Tenant.Id.ToString();
            if (operation.Path == "/api/v1/deals/{id}/invoice") example = await WonDealAsync();
            if (operation.Path.StartsWith("/api/v1/orders/{id}/", StringComparison.Ordinal)) example = await OrderAsync(operation);
            if (operation.Path.StartsWith("/api/v1/offers/{id}/", StringComparison.Ordinal) && !operation.Path.EndsWith("/restore", StringComparison.Ordinal)) example = await OfferAsync(operation);
            if (path.Contains("/public/offers/", StringComparison.Ordinal)) example = (await Tenant.SentOfferAsync()).Link.Split('/')[^1];
            if (operation.Path is "/api/v1/deals/{id}/order" or "/api/v1/deals/{id}/offer") example = await DealWithLinesAsync();
            if (path.Contains("/stock/{id}", StringComparison.Ordinal)) example = await StockLevelAsync();
            if (path.Contains("/notifications/{id}", StringComparison.Ordinal)) example = await NotificationAsync();
            path = path.Replace($"{{{parameter["name"]}}}", _creators.ContainsKey(example) ? await MakeAsync(example) : _real.GetValueOrDefault(example, example), StringComparison.Ordinal);
        }
        if (operation.Path.EndsWith("/recurring-invoices/{id}/resume", StringComparison.Ordinal)) (await Tenant.PostAsync(path.Replace("/resume", "/pause", StringComparison.Ordinal))).ShouldBe(200);
        return path;
    }

    /// <summary>The body's example with real ids, and with a value of its own where values must be unique.</summary>
    public async Task<JsonNode?> BodyAsync(Operation operation)
    {
        var example = operation.Example?.DeepClone();
        if (example is null) return null;
        // A payment is for issued invoices.
        if (operation.Path.EndsWith("/payments/{id}/allocations", StringComparison.Ordinal))
        {
            await Tenant.SellsAsync();
            return JsonNode.Parse($$"""{"allocations": [{"invoiceId": "{{(await Tenant.IssuedAsync(await Tenant.BuyerAsync())).Id}}"}]}""");
        }
        return await RealAsync(example, null);
    }

    /// <summary>A value for a query parameter.</summary>
    public static string Value(JsonNode schema) => schema["anyOf"] is JsonArray several ? Value(several[0]!) : (schema["enum"]?[0] ?? schema["default"] ?? schema["minimum"])?.ToString() ?? Type(schema) switch
    {
        "array" => Value(schema["items"]!),
        "integer" or "number" => "1",
        "boolean" => "true",
        _ => (string?)schema["format"] switch { "uuid" => Guid.CreateVersion7().ToString(), "date" => "2026-03-01", "date-time" => "2026-03-01T09:30:00Z", _ => (int?)schema["maxLength"] == 3 ? "EUR" : "a" },
    };

    /// <summary>A value for a parameter: its example, if it has one.</summary>
    public static string Sample(JsonNode parameter) => parameter["example"]?.ToString() ?? Value(parameter["schema"]!);

    private static string Sample(Operation operation, string parameter) => Sample(operation.Parameters.Single(p => (string)p["name"]! == parameter));

    /// <summary>The query string of what the operation demands.</summary>
    public static string Required(Operation operation)
    {
        var required = operation.Parameters.Where(p => (string)p["in"]! == "query" && (bool?)p["required"] == true).Select(p => $"{p["name"]}={Uri.EscapeDataString(Sample(p))}").ToList();
        return required.Count == 0 ? "" : "?" + string.Join('&', required);
    }

    private static string? Type(JsonNode schema) => schema["type"] is JsonArray several ? several.Select(t => (string)t!).First(t => t != "null") : (string?)schema["type"];

    private async Task<string> MakeAsync(string example)
    {
        var creator = _creators[example];
        await PastAsync(creator);
        return (await Tenant.PostAsync(creator.Path, creator.Encode(await BodyAsync(creator)))).ShouldBe(201).Id.ToString();
    }

    /// <summary>Nobody makes a level: goods come in.</summary>
    private async Task<string> StockLevelAsync()
    {
        var (product, warehouse) = (await Tenant.StockedProductAsync(), await Tenant.WarehouseAsync());
        (await Tenant.MoveStockAsync("RECEIPT", product, warehouse, 1)).ShouldBe(201);
        return (string)(await Tenant.GetAsync($"/stock?productId={product}")).Items.ShouldHaveSingleItem()!["id"]!;
    }

    /// <summary>What an act on an invoice needs: who sells and buys, and for most an issued one.</summary>
    private async Task<string> InvoiceAsync(Operation operation)
    {
        await Tenant.SellsAsync();
        var buyer = await Tenant.BuyerAsync();
        var isIssued = new[] { "send", "void", "credit-notes", "ubl", "write-off", "refunds", "checkouts" }.Any(act => operation.Path.EndsWith(act, StringComparison.Ordinal));
        if (operation.Path.EndsWith("/remind", StringComparison.Ordinal)) return (await Tenant.LateAsync(buyer)).Id.ToString();
        var invoice = (isIssued ? await Tenant.IssuedAsync(buyer) : (await Tenant.DraftAsync(buyer)).ShouldBe(201)).Id;
        if (operation.Path.EndsWith("/checkouts", StringComparison.Ordinal)) await Tenant.PaidByStripeAsync();
        // Only what was paid too much goes back: paid, and then taken back.
        if (operation.Path.EndsWith("/refunds", StringComparison.Ordinal))
        {
            (await Tenant.AllocateAsync((await Tenant.PaymentAsync()).Id, invoice)).ShouldBe(200);
            (await Tenant.PostAsync($"/invoices/{invoice}/credit-notes")).ShouldBe(201);
        }
        return invoice.ToString();
    }

    /// <summary>An allocation of a payment to an invoice of its own.</summary>
    private async Task<string> AllocationAsync(string payment)
    {
        await Tenant.SellsAsync();
        return (string)(await Tenant.AllocateAsync(Guid.Parse(payment), (await Tenant.IssuedAsync(await Tenant.BuyerAsync())).Id)).ShouldBe(200).Data["allocations"]![0]!["id"]!;
    }

    /// <summary>Only a won deal is invoiced, to its customer, with a tax that is found.</summary>
    private async Task<string> WonDealAsync()
    {
        await Tenant.SellsAsync(new { defaultTaxCode = "WON" });
        await Tenant.PostAsync("/tax-rates", new { country = "BG", taxCode = "WON", taxCategory = "STANDARD", percent = 20, validFrom = "2020-01-01" });
        var (buyer, stages) = (await Tenant.BuyerAsync(), await Tenant.StagesAsync());
        return (await Tenant.DealAsync(new { customerId = buyer, stageId = stages["CLOSED_WON"], value = new { amount = 1000, currency = "EUR" } })).Id.ToString();
    }

    /// <summary>Only what Stripe has signed is taken.</summary>
    private async Task<(string, string)> SignedAsync(Operation operation, string message)
    {
        if (operation.Path.EndsWith("/stripe", StringComparison.Ordinal)) return FakeStripe.Signed(System.Text.Encoding.UTF8.GetBytes(message), FakeStripe.PlatformSecret);
        return FakeStripe.Signed(System.Text.Encoding.UTF8.GetBytes(message), await Tenant.PaidByStripeAsync());
    }

    /// <summary>What is delivered is confirmed before.</summary>
    private async Task<string> OrderAsync(Operation operation)
    {
        var order = (await Tenant.OrderAsync(await Tenant.BuyerAsync(), [InvoiceIntents.Line])).ShouldBe(201).Id;
        if (new[] { "/fulfil", "/invoice" }.Any(act => operation.Path.EndsWith(act, StringComparison.Ordinal))) (await Tenant.PostAsync($"/orders/{order}/confirm")).ShouldBe(200);
        return order.ToString();
    }

    /// <summary>Only what was sent is revised, accepted, declined or withdrawn, and only what was accepted becomes something else.</summary>
    private async Task<string> OfferAsync(Operation operation)
    {
        var offer = (await Tenant.OfferAsync()).ShouldBe(201).Id;
        var (sent, accepted) = (operation.Path.Split('/')[^1] is not ("send" or "history"), operation.Path.Split('/')[^1] is "order" or "invoice");
        if (sent) (await Tenant.PostAsync($"/offers/{offer}/send")).ShouldBe(200);
        if (accepted) (await Tenant.PostAsync($"/offers/{offer}/accept")).ShouldBe(200);
        return offer.ToString();
    }

    /// <summary>A deal is ordered by its customer, with a tax that is found.</summary>
    private async Task<string> DealWithLinesAsync()
    {
        await Tenant.SellsAsync(new { defaultTaxCode = "ORDERED" });
        await Tenant.PostAsync("/tax-rates", new { country = "BG", taxCode = "ORDERED", taxCategory = "STANDARD", percent = 20, validFrom = "2020-01-01" });
        var product = await Tenant.StockedProductAsync();
        return (await Tenant.DealAsync(new { customerId = await Tenant.BuyerAsync(), lineItems = new[] { new { productId = product, unitPrice = new { amount = 10, currency = "EUR" } } } })).Id.ToString();
    }

    /// <summary>Nobody makes a notification for himself: a colleague gives the caller a task.</summary>
    private async Task<string> NotificationAsync()
    {
        _colleague ??= (await Tenant.MemberAsync()).Client;
        var task = (await _colleague.PostAsync("/tasks", new { title = "Call back", assigneeId = Tenant.UserId })).ShouldBe(201).Id;
        JsonNode? told = null;
        await Eventually.Async(async () => (told = (await Tenant.GetAsync($"/notifications?recordId={task}")).ShouldBe(200).Items.FirstOrDefault()) is not null, "the caller is told");
        return (string)told!["id"]!;
    }

    /// <summary>A model is fitted to what has happened: so something has to have happened. And a rate is found where there is one.</summary>
    public async Task PastAsync(Operation operation)
    {
        if (operation.Path == "/api/v1/tax-rates/resolve")
            await Tenant.PostAsync("/tax-rates", new { country = Sample(operation, "country"), taxCode = Sample(operation, "taxCode"), taxCategory = "STANDARD", percent = 20, validFrom = "2020-01-01" });
        if (_hasPast || operation is not { Method: "POST", Path: "/api/v1/lead-scoring/models" }) return;
        _hasPast = true;
        await Tenant.DecidedLeadsAsync(60);
    }

    private async Task<JsonNode?> RealAsync(JsonNode? node, string? name)
    {
        switch (node)
        {
            case JsonObject members:
                // A definition: names are unique in their entity.
                if (members.ContainsKey("entity") && members.ContainsKey("name")) members["name"] = $"field{Next()}";
                // A consumer of events: in the organization.
                if (members.ContainsKey("types") && members.ContainsKey("name")) members["name"] = $"Consumer {Next()}";
                // A warehouse: its code is unique. A rate of tax: one for its class of goods.
                if (members.ContainsKey("code") && members.ContainsKey("name")) members["code"] = $"W-{Next()}";
                if (members.ContainsKey("taxCategory") && members.ContainsKey("country")) members["taxCode"] = $"CODE-{Next()}";
                // A bank statement: no file is imported twice.
                if (members.ContainsKey("columns") && members.ContainsKey("file")) members["file"] = $"{members["file"]}2026-03-01,1.00,Note {Next()}\n";
                // A price: one from this quantity on.
                if (members.ContainsKey("minQuantity")) members["minQuantity"] = Interlocked.Increment(ref _serial);
                foreach (var (key, value) in members.ToList()) members[key] = (await RealAsync(value, key))?.DeepClone();
                return members;
            case JsonArray items:
                for (var i = 0; i < items.Count; i++) items[i] = (await RealAsync(items[i], name))?.DeepClone();
                return items;
            case JsonValue value when value.TryGetValue<string>(out var text):
                if (name is "email") return $"example-{Next()}@example.com";
                if (name is "subject") return $"{text} {Next()}";
                if (name is "sku") return $"SKU-{Next()}";
                if (Guid.TryParse(text, out _)) return await KnownAsync(text);
                return node;
            default: return node;
        }
    }

    private async Task<string> KnownAsync(string example)
    {
        if (_real.TryGetValue(example, out var real)) return real;
        if (example == Stage) return _real[example] = (string)(await Tenant.GetAsync("/pipelines")).Items[0]!["stages"]![1]!["id"]!;
        return _creators.ContainsKey(example) ? _real[example] = await MakeAsync(example) : example;
    }

    private static string Next() => Interlocked.Increment(ref _serial).ToString(CultureInfo.InvariantCulture) + Guid.NewGuid().ToString("N")[..6];
}
