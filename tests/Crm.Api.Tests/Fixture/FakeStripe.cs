using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Crm.Api.Tests.Fixture;

/// <summary>
/// Stripe as far as it is used: checkout sessions by its HTTP protocol, with keys, forms, idempotency and errors as it documents them, each key an account of its own. What payers and merchants do
/// on its pages is done by methods. Its objects have all that its published fixtures have, where those are there.
/// </summary>
internal sealed class FakeStripe : IAsyncDisposable
{
    /// <summary>The key and the secret of whoever runs the service.</summary>
    public const string PlatformKey = "sk_test_PlatformPlatformPlatform", PlatformSecret = "whsec_PlatformPlatformPlatform";

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<(string Key, string Id), JsonObject> _sessions = new();
    private readonly ConcurrentDictionary<(string Key, string Idempotency), (string Form, string Id)> _answered = new();
    private readonly ConcurrentDictionary<string, Func<IResult>> _troubles = new();
    private readonly JsonObject _shapes = SharedData.Find("webhooks/stripe-fixtures.json") is { } file ? JsonNode.Parse(File.ReadAllText(file))!["resources"]!.AsObject() : [];

    private FakeStripe(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    /// <summary>What was asked, by the key it was asked with.</summary>
    public ConcurrentQueue<(string Key, string Method, string Path, string Version)> Calls { get; } = new();

    public static async Task<FakeStripe> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var stripe = new FakeStripe(app);
        app.Run(async http => await (await stripe.AnswerAsync(http)).ExecuteAsync(http));
        await app.StartAsync();
        return stripe;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>From now on every call with this key gets this; null = it works again.</summary>
    public void Answers(string key, Func<IResult>? trouble)
    {
        if (trouble is null) _troubles.TryRemove(key, out _);
        else _troubles[key] = trouble;
    }

    /// <summary>The sessions of an account.</summary>
    public IReadOnlyList<JsonObject> Sessions(string key) => [.. _sessions.Where(s => s.Key.Key == key).Select(s => s.Value)];

    /// <summary>Somebody pays: at once, or so that the money comes later.</summary>
    public JsonObject Pay(string sessionUrl, bool later = false) => Change(sessionUrl, session =>
    {
        if ((string?)session["status"] != "open") throw new InvalidOperationException("The page is closed.");
        (session["status"], session["payment_status"], session["url"]) = ("complete", later ? "unpaid" : "paid", null);
        session["customer_details"] = new JsonObject { ["name"] = "Charles Babbage", ["email"] = "charles@example.com" };
        var intent = Shape("payment_intent", ("id", $"pi_{Guid.NewGuid():N}"), ("object", "payment_intent"), ("amount", session["amount_total"]!.DeepClone()), ("currency", session["currency"]!.DeepClone()),
            ("status", later ? "processing" : "succeeded"), ("metadata", session["metadata"]!.DeepClone()));
        intent["latest_charge"] = Shape("charge", ("id", $"ch_{Guid.NewGuid():N}"), ("object", "charge"), ("amount", session["amount_total"]!.DeepClone()), ("amount_refunded", 0), ("created", Now()),
            ("paid", !later), ("metadata", session["metadata"]!.DeepClone()));
        session["payment_intent"] = intent;
    });

    /// <summary>The money comes that was on its way, or does not.</summary>
    public JsonObject Settle(string sessionId, bool comes) => ChangeById(sessionId, session =>
    {
        session["payment_status"] = comes ? "paid" : "unpaid";
        session["payment_intent"]!["status"] = comes ? "succeeded" : "requires_payment_method";
    });

    /// <summary>The merchant gives money back.</summary>
    public JsonObject Refund(string sessionId, int units) => ChangeById(sessionId, session =>
    {
        var charge = session["payment_intent"]!["latest_charge"]!;
        charge["amount_refunded"] = (int)charge["amount_refunded"]! + units;
    });

    /// <summary>Nobody pays in time.</summary>
    public JsonObject Expire(string sessionId) => ChangeById(sessionId, session => (session["status"], session["url"]) = ("expired", null));

    /// <summary>A message about an object.</summary>
    public byte[] Event(string type, JsonNode about, string? id = null) => Encoding.UTF8.GetBytes(Shape("event", ("id", id ?? $"evt_{Guid.NewGuid():N}"), ("object", "event"), ("type", type), ("created", Now()),
        ("data", new JsonObject { ["object"] = about.DeepClone() })).ToJsonString());

    /// <summary>The header that goes with a message.</summary>
    public static (string Name, string Value) Signed(byte[] body, string secret, DateTimeOffset? at = null)
    {
        var seconds = (at ?? DateTimeOffset.UtcNow).ToUnixTimeSeconds();
        var hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), (byte[])[.. Encoding.UTF8.GetBytes($"{seconds}."), .. body]);
        return ("Stripe-Signature", $"t={seconds},v1={Convert.ToHexStringLower(hash)},v0=00");
    }

    private async Task<IResult> AnswerAsync(HttpContext http)
    {
        var key = http.Request.Headers.Authorization.ToString().Replace("Bearer ", "", StringComparison.Ordinal);
        Calls.Enqueue((key, http.Request.Method, http.Request.Path, http.Request.Headers["Stripe-Version"].ToString()));
        if (_troubles.TryGetValue(key, out var trouble)) return trouble();
        if (!key.StartsWith("sk_test_", StringComparison.Ordinal) && !key.StartsWith("rk_test_", StringComparison.Ordinal)) return Error(401, "Invalid API Key provided.");
        var parts = http.Request.Path.Value!.Trim('/').Split('/');
        return (http.Request.Method, parts) switch
        {
            ("POST", ["v1", "checkout", "sessions"]) => Open(key, http.Request.Headers["Idempotency-Key"].ToString(), await http.Request.ReadFormAsync()),
            ("POST", ["v1", "checkout", "sessions", var id, "expire"]) => Find(key, id, session => (string?)session["status"] == "open" ? Results.Text(Expire(id).ToJsonString(), "application/json") : Error(400, "Only Checkout Sessions with a status in [\"open\"] can be expired.")),
            ("GET", ["v1", "checkout", "sessions", var id]) => Find(key, id, session => Results.Text(session.ToJsonString(), "application/json")),
            _ => Error(404, "Unrecognized request URL."),
        };
    }

    private IResult Open(string key, string idempotency, IFormCollection form)
    {
        var said = string.Join('&', form.Select(f => $"{f.Key}={f.Value}").Order(StringComparer.Ordinal));
        foreach (var required in (string[])["mode", "success_url", "line_items[0][quantity]", "line_items[0][price_data][currency]", "line_items[0][price_data][unit_amount]", "line_items[0][price_data][product_data][name]"])
            if (!form.ContainsKey(required)) return Error(400, $"Missing required param: {required}.");
        var id = $"cs_test_{Guid.NewGuid():N}";
        var kept = _answered.GetOrAdd((key, idempotency), (said, id));
        if (kept.Form != said) return Error(400, "Keys for idempotent requests can only be used with the same parameters they were first used with.");
        var metadata = new JsonObject();
        foreach (var (name, value) in form.Where(f => f.Key.StartsWith("metadata[", StringComparison.Ordinal))) metadata[name[9..^1]] = value.ToString();
        var session = Shape("checkout.session", ("id", id), ("object", "checkout.session"), ("status", "open"), ("payment_status", "unpaid"), ("url", $"{Address}/pay/{id}"), ("created", Now()), ("expires_at", Now() + 86_400),
            ("currency", form["line_items[0][price_data][currency]"].ToString()), ("amount_total", long.Parse(form["line_items[0][price_data][unit_amount]"]!, CultureInfo.InvariantCulture)),
            ("client_reference_id", form["client_reference_id"].ToString()), ("metadata", metadata), ("payment_intent", null), ("customer_email", form["customer_email"].ToString()), ("locale", form["locale"].ToString()));
        return Results.Text(_sessions.GetOrAdd((key, kept.Id), session).ToJsonString(), "application/json");
    }

    private IResult Find(string key, string id, Func<JsonObject, IResult> then) => _sessions.TryGetValue((key, id), out var session) ? then(session) : Error(404, $"No such checkout.session: {id}");

    private JsonObject Change(string url, Action<JsonObject> change) => ChangeById(url[(url.LastIndexOf('/') + 1)..], change);

    /// <summary>A session is never changed: who reads it while another changes it must not see half of it.</summary>
    private JsonObject ChangeById(string id, Action<JsonObject> change)
    {
        var (key, before) = _sessions.Single(s => s.Key.Id == id);
        var after = before.DeepClone().AsObject();
        change(after);
        if (!_sessions.TryUpdate(key, after, before)) throw new InvalidOperationException("Two change a session at once.");
        return after;
    }

    private JsonObject Shape(string resource, params (string Name, JsonNode? Value)[] members)
    {
        var shape = _shapes[resource]?.DeepClone().AsObject() ?? [];
        foreach (var (name, value) in members) shape[name] = value;
        return shape;
    }

    private static long Now() => DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    private static IResult Error(int status, string message) => Results.Text(new JsonObject { ["error"] = new JsonObject { ["type"] = "invalid_request_error", ["message"] = message } }.ToJsonString(), "application/json", statusCode: status);
}
