using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;
using Crm.Api.Tests.Fixture;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Crm.Api.Tests.Operations;

/// <summary>What a collector of traces is told.</summary>
public sealed class TraceTests(CrmApi api)
{
    [Fact]
    public async Task A_trace_leads_from_the_request_through_use_case_and_SQL_to_the_delivery()
    {
        var tenant = await api.TenantAsync();
        using var trace = new Trace();
        var id = (await tenant.PostAsync("/customers", new { name = "Traced", email = $"{trace.Id}@example.com" }, ("traceparent", trace.Parent))).Id;
        await Eventually.Async(() => Task.FromResult(trace.Named("Outbox email.welcome") is { Status: not ActivityStatusCode.Error }), "The delivery is not in the trace.");

        var request = trace.Named("POST /api/v1/customers").ShouldNotBeNull();
        request.Kind.ShouldBe(ActivityKind.Server);
        request.GetTagItem("http.route").ShouldBe("/api/v1/customers");
        request.GetTagItem("http.response.status_code").ShouldBe(201);
        var useCase = trace.Named("CreateCustomer").ShouldNotBeNull();
        useCase.ParentSpanId.ShouldBe(request.SpanId);
        trace.All.ShouldContain(a => a.Source.Name == "Npgsql" && a.ParentSpanId == useCase.SpanId && Sql(a).Contains("INSERT INTO crm.customers"));
        var delivery = trace.Named("Outbox email.welcome").ShouldNotBeNull();
        delivery.Kind.ShouldBe(ActivityKind.Consumer);
        trace.All.ShouldContain(a => a.Source.Name == "Npgsql" && a.ParentSpanId == delivery.SpanId);
        // Parameters, never values; templates, never addresses; and no login.
        var told = string.Join('\n', trace.All.SelectMany(a => a.TagObjects).Select(t => t.Value?.ToString()));
        foreach (var secret in new[] { id.ToString(), "Traced", $"{trace.Id}@example.com", "Username=" }) told.ShouldNotContain(secret);
    }

    [Fact]
    public async Task Exemplars_name_the_trace_of_a_recorded_request()
    {
        var tenant = await api.TenantAsync();
        using var trace = new Trace();
        (await tenant.GetAsync("/pipelines", ("traceparent", trace.Parent))).ShouldBe(200);
        var reply = (await api.Anonymous.GetAsync("/metrics", ("Accept", "application/openmetrics-text; version=1.0.0"))).ShouldBe(200);
        reply.Header("Content-Type").ShouldBe("application/openmetrics-text; version=1.0.0; charset=utf-8");
        reply.Text.ShouldEndWith("# EOF\n");
        reply.Text.ShouldContain("# TYPE crm_events counter");
        reply.Text.ShouldContain("crm_events_total{");
        foreach (var name in new[] { """http_server_request_duration_seconds_bucket{method="GET",route="/api/v1/pipelines",status="200",le=""", """crm_query_duration_seconds_bucket{query="ListRecords pipelines",operation="read",le=""" })
            reply.Text.Split('\n').ShouldContain(line => line.StartsWith(name, StringComparison.Ordinal) && line.Contains($"# {{trace_id=\"{trace.Id}\",span_id=\""));
        (await api.Anonymous.GetAsync("/metrics")).Text.ShouldNotContain("trace_id");
    }

    [Fact]
    public async Task Traces_and_metrics_go_to_the_collector_and_the_last_of_them_before_the_end()
    {
        await using var collector = new Collector();
        await using (var exporting = new ConfiguredApi(api, ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_SERVICE_NAME", "crm-test")))
        {
            (await exporting.Anonymous.PostAsync("/auth/login", new { email = "nobody@example.com", password = "wrong-secret" })).ShouldBe(401);
            (await exporting.Anonymous.GetAsync("/health/ready")).ShouldBe(200);
        }
        var traces = collector.Received("/v1/traces");
        foreach (var expected in new[] { "crm-test", "POST /api/v1/auth/login", "Login", "INVALID_CREDENTIALS", "db.query.text" }) traces.ShouldContain(expected);
        foreach (var never in new[] { "wrong-secret", "nobody@example.com", "GET /health/ready", "Username=" }) traces.ShouldNotContain(never);
        collector.Received("/v1/metrics").ShouldContain("crm.usecase.duration");
    }

    private static string Sql(Activity activity) => activity.GetTagItem("db.query.text") as string ?? "";

    /// <summary>Records one trace, and nothing of the tests beside.</summary>
    private sealed class Trace : IDisposable
    {
        private readonly ActivityListener _listener;
        private readonly ConcurrentQueue<Activity> _ended = new();

        public Trace()
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name is "Microsoft.AspNetCore" or "Crm" or "Npgsql",
                Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                    options.Parent.TraceId.ToHexString() == Id ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
                ActivityStopped = activity => { if (activity.TraceId.ToHexString() == Id) _ended.Enqueue(activity); },
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public string Id { get; } = ActivityTraceId.CreateRandom().ToHexString();

        public string Parent => $"00-{Id}-{ActivitySpanId.CreateRandom().ToHexString()}-01";

        public IReadOnlyCollection<Activity> All => _ended;

        public Activity? Named(string name) => _ended.FirstOrDefault(a => a.DisplayName == name);

        public void Dispose() => _listener.Dispose();
    }

    /// <summary>Takes whatever is sent by HTTP, as a collector does.</summary>
    private sealed class Collector : IAsyncDisposable
    {
        private readonly ConcurrentQueue<(string Path, string Body)> _received = new();
        private readonly WebApplication _app;

        public Collector()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.ConfigureKestrel(o => o.Listen(IPAddress.Loopback, 0));
            _app = builder.Build();
            _app.MapPost("/{**path}", async (HttpContext http) =>
            {
                using var body = new MemoryStream();
                await http.Request.Body.CopyToAsync(body);
                _received.Enqueue((http.Request.Path, Encoding.Latin1.GetString(body.ToArray())));
            });
            _app.Start();
            Address = _app.Urls.Single();
        }

        public string Address { get; }

        public string Received(string path) => string.Concat(_received.Where(r => r.Path == path).Select(r => r.Body));

        public ValueTask DisposeAsync() => _app.DisposeAsync();
    }
}
