using System.Globalization;
using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Operations;
using Crm.Application.Schedules;
using Crm.Infrastructure.Subscriptions;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Api.Tests.Platform;

/// <summary>What subscriptions bring in, on a database and by a clock of its own: the report is about everybody.</summary>
public sealed class SubscriptionRevenueTests(CrmApi api) : IAsyncLifetime
{
    private readonly MovedClock _clock = new();
    private ConfiguredApi _service = null!;
    private ApiClient _platform = null!;

    public async ValueTask InitializeAsync()
    {
        var database = await api.NewDatabaseAsync();
        _service = new ConfiguredApi(api, services => ConfiguredApi.Tells(services, _clock), ("ConnectionStrings:Crm", database), ("Plans:Enabled", "true"));
        _platform = _service.Anonymous.AsPlatform();
    }

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task A_history_worked_out_by_hand_is_told_to_the_cent()
    {
        On("2030-01-10");
        var (tries, pays) = (await _service.Anonymous.RegisterAsync(), await _service.Anonymous.RegisterAsync());
        (await tries.PostAsync("/subscription/change", new { plan = "STARTER" })).ShouldBe(200);
        (await _platform.PutAsync($"/platform/tenants/{pays.Id}/plan", new { plan = "PROFESSIONAL", interval = "YEAR" })).ShouldBe(200);
        On("2030-01-25");
        await AdvanceAsync(tries.Id);
        On("2030-02-05");
        (await _platform.PutAsync($"/platform/tenants/{pays.Id}/plan", new { plan = "ENTERPRISE", interval = "MONTH" })).ShouldBe(200);
        var leaves = await _service.Anonymous.RegisterAsync();
        (await leaves.PostAsync("/subscription/change", new { plan = "STARTER" })).ShouldBe(200);
        (await leaves.PostAsync("/subscription/cancel")).ShouldBe(200);
        On("2030-02-20");
        await AdvanceAsync(leaves.Id);
        On("2030-03-25");
        await AdvanceAsync(tries.Id);

        var report = (await _platform.GetAsync("/platform/reports/recurring-revenue?from=2030-01-15T00:00:00Z&to=2030-04-01T00:00:00Z")).ShouldBe(200).Data;
        report["from"]!.ToString().ShouldBe("2030-01-01T00:00:00Z");
        report["months"]!.AsArray().Select(Line).ShouldBe(
        [
            "2030-01 EUR: 0 + 59.83 + 0 + 0 + 0 + 0 = 59.83, 717.96 a year; 0 +2 -0 = 2; - -",
            "2030-02 EUR: 59.83 + 0 + 158.17 + 0 + 0 + 0 = 218, 2616 a year; 2 +0 -0 = 2; 0 0",
            "2030-03 EUR: 218 + 0 + 0 + 0 + -19 + 0 = 199, 2388 a year; 2 +0 -1 = 1; 0.5 0.0871559633",
        ]);
        report["trials"]!.AsArray().Select(t => $"{t!["month"]}: {t["started"]} {t["converted"]} {t["lapsed"]} {Number(t["conversionRate"])}").ShouldBe(["2030-01: 1 1 0 1", "2030-02: 1 0 1 0"]);
        (await _platform.GetAsync("/platform/reports/recurring-revenue?to=2030-03-01T00:00:00Z")).ShouldBe(200).Data["months"]!.AsArray().Select(m => m!["month"]!.ToString()).ShouldBe(["2030-01", "2030-02"]);
        (await _platform.GetAsync("/platform/reports/recurring-revenue?from=2030-03-01T00:00:00Z&to=2030-02-01T00:00:00Z")).ShouldFail(400, "INVALID_QUERY");
        (await _platform.GetAsync("/platform/reports/recurring-revenue?from=1900-01-01T00:00:00Z")).ShouldFail(400, "INVALID_QUERY");
        (await pays.GetAsync("/platform/reports/recurring-revenue")).ShouldFail(401, "UNAUTHENTICATED");
    }

    private void On(string day) => _clock.Offset = DateTime.Parse(day + "T10:00:00Z", CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal) - DateTime.UtcNow;

    private async Task AdvanceAsync(Guid tenantId)
    {
        await using var scope = _service.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetServices<ISchedule>().OfType<SubscriptionPeriods>().Single().AdvanceAsync(tenantId, _clock.GetUtcNow(), TestContext.Current.CancellationToken);
    }

    private static string Line(JsonNode? m)
    {
        string Of(string member) => Number(m![member]);
        return $"{m!["month"]} {m["currency"]}: {Of("startMrr")} + {Of("newMrr")} + {Of("expansionMrr")} + {Of("contractionMrr")} + {Of("churnedMrr")} + {Of("reactivatedMrr")} = {Of("mrr")}, {Of("arr")} a year; "
            + $"{Of("startCustomers")} +{Of("newCustomers")} -{Of("churnedCustomers")} = {Of("customers")}; {Of("customerChurnRate")} {Of("revenueChurnRate")}";
    }

    private static string Number(JsonNode? number) => number is null ? "-" : number.GetValue<decimal>().ToString("0.##########", CultureInfo.InvariantCulture);
}
