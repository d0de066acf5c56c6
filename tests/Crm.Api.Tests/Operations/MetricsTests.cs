using Crm.Api.Operations;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Operations;

public sealed class MetricsTests(CrmApi api)
{
    [Fact]
    public async Task Requests_use_cases_and_database_commands_are_counted_by_bounded_labels()
    {
        var tenant = await api.TenantAsync();
        var id = await tenant.LeadAsync();
        (await tenant.GetAsync($"/leads/{id}?fields=id")).ShouldBe(200);
        (await tenant.GetAsync("/leads?status=NONSENSE")).ShouldBe(400);
        (await tenant.GetAsync($"/secret-{id}")).ShouldBe(404);
        var reply = (await api.Anonymous.GetAsync("/metrics")).ShouldBe(200);
        reply.Header("Content-Type").ShouldStartWith("text/plain");
        var text = reply.Text;
        foreach (var line in new[]
        {
            """http_server_request_duration_seconds_count{method="GET",route="/api/v1/leads/{id}",status="200"}""",
            """http_server_request_duration_seconds_bucket{method="GET",route="/api/v1/leads",status="400",le="+Inf"}""",
            """http_server_request_duration_seconds_count{method="GET",route="unmatched",status="404"}""",
            """crm_usecase_duration_seconds_count{usecase="CreateLead",outcome="ok"}""",
            "db_client_operation_duration_seconds_count",
            "dotnet_gc_collections_total",
            "dotnet_process_memory_working_set_bytes",
        }) text.ShouldContain(line);
        text.ShouldNotContain(id.ToString());
        // A use case may be called ChangePassword; a password or a connection string may not be there.
        text.ShouldNotContain(tenant.Password);
        text.ShouldNotContain("Password=", Case.Insensitive);
    }

    [Fact]
    public async Task The_text_is_what_Prometheus_reads()
    {
        foreach (var line in (await api.Anonymous.GetAsync("/metrics")).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            line.ShouldMatch("""^(# (HELP|TYPE) [a-z_0-9]+ .+|[a-z_0-9]+(\{[a-zA-Z_0-9]+="[^"]*"(,[a-zA-Z_0-9]+="[^"]*")*\})? -?[0-9.E+-]+)$""");
    }

    [Fact]
    public void A_histogram_counts_each_value_at_or_below_its_bounds()
    {
        var cell = new HistogramCell();
        foreach (var seconds in new[] { 0.001, 0.0011, 0.2, 60 }) cell.Record(seconds);
        var counts = cell.Cumulative();
        counts[0].ShouldBe(1);
        counts[1].ShouldBe(2);
        counts[^2].ShouldBe(3);
        counts[^1].ShouldBe(4);
        cell.Sum.ShouldBe(60.2021, 0.0001);
    }

    [Fact]
    public void Labels_are_escaped()
    {
        var text = new PrometheusText();
        text.Sample("x", [("route", "a\"b\\c\nd")], 1.5);
        text.ToString().ShouldBe("""x{route="a\"b\\c\nd"} 1.5""" + "\n");
    }
}
