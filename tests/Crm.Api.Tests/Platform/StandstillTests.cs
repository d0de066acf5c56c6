using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Notifications;
using Crm.Api.Tests.Webhooks;
using Dapper;
using Microsoft.AspNetCore.Http;

namespace Crm.Api.Tests.Platform;

/// <summary>What goes on by itself for an organization stands still while it is suspended, and then goes on: nothing is lost, and nothing comes twice.</summary>
public sealed class StandstillTests(CrmApi api)
{
    private const int Leads = 40;
    private static readonly DateTimeOffset First = new(2090, 1, 31, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Deliveries_wait_and_each_is_made_once_afterwards()
    {
        var (suspended, other) = (await api.TenantAsync(), await api.TenantAsync());
        await using var refused = await WebhookReceiver.StartAsync(_ => Results.StatusCode(500));
        await using var taken = await WebhookReceiver.StartAsync();
        var (waiting, _) = await suspended.WebhookAsync(refused);
        await suspended.LeadAsync();
        await suspended.DeliveryAsync(waiting, d => (int)d["attemptCount"]! == 1);
        await SuspendAsync(suspended);
        await Eventually.Async(() => FreeAsync(waiting), "nothing is under way");
        var calls = refused.Calls.Count;
        refused.Answer = null;

        // Due as the other's is, and first in line: when that has come, this one was passed by.
        await WebhookIntents.DueNowAsync(api.AppConnectionString, waiting);
        await other.WebhookAsync(taken);
        await other.LeadAsync();
        await taken.TakesAsync(1, "the other's is delivered");
        refused.Calls.Count.ShouldBe(calls, "nothing is sent for who is suspended");

        await RestoreAsync(suspended);

        await WebhookIntents.WhilePassingAsync(api.AppConnectionString, waiting, () => Task.FromResult(!refused.Taken.IsEmpty), "it is delivered");
        await suspended.DeliveryAsync(waiting, d => (string)d["status"]! == "DELIVERED");
        refused.Taken.ShouldHaveSingleItem().Type.ShouldBe("lead.created");
        (await suspended.DeliveriesAsync(waiting)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Rules_in_the_midst_of_their_work_stop_and_each_step_is_taken_once_afterwards()
    {
        var tenant = await api.TenantAsync();
        var rule = await tenant.RuleAsync(new { type = "RECORD_CREATED" }, [new { type = "CREATE_TASK", title = "{{id}}" }, new { type = "UPDATE_FIELD", field = "score", value = 33 }]);
        var made = (await tenant.PostAsync("/leads/batch", new { operations = Enumerable.Range(0, Leads).Select(i => new { op = "create", data = new { name = $"Lead {i}" } }) })).ShouldBe(200);
        await SuspendAsync(tenant);
        await RestoreAsync(tenant);
        await SuspendAsync(tenant);
        await RestoreAsync(tenant);
        var runs = await tenant.RunsAsync(rule, Leads);
        runs.Count.ShouldBe(Leads);
        runs.ShouldAllBe(r => r.Status() == "SUCCEEDED");
        (await tenant.GetAsync("/tasks?take=200")).Names("title").ShouldBe(made.Items.Select(l => (string?)l!["id"]), ignoreOrder: true);
        (await tenant.GetAsync("/leads?score=33&count=exact&take=1")).Meta["total"]!.GetValue<int>().ShouldBe(Leads);
    }

    [Fact]
    public async Task A_rule_that_waits_goes_on_when_its_organization_does()
    {
        var (suspended, other) = (await api.TenantAsync(), await api.TenantAsync());
        var rules = new Dictionary<TenantClient, Guid>();
        foreach (var tenant in (TenantClient[])[suspended, other])
        {
            rules[tenant] = await tenant.RuleAsync(new { type = "RECORD_CREATED" }, [new { type = "WAIT", minutes = 60 }, new { type = "CREATE_TASK", title = "An hour later" }]);
            await tenant.LeadAsync();
            await Eventually.Async(async () => (await tenant.RunsAsync(rules[tenant])).Single().Status() == "WAITING", "it waits");
        }
        await SuspendAsync(suspended);
        await api.PassTimeAsync(suspended);
        await api.PassTimeAsync(other);
        await Eventually.Async(async () => await TasksAsync(other) == 1, "the other's goes on");
        (await TasksAsync(suspended)).ShouldBe(0);

        await RestoreAsync(suspended);

        await Eventually.Async(async () => (await suspended.RunsAsync(rules[suspended])).Single().Status() == "SUCCEEDED", "it goes on");
        (await TasksAsync(suspended)).ShouldBe(1);
    }

    [Fact]
    public async Task Recurring_invoices_are_not_made_and_those_of_the_meantime_are_made_up_for_once()
    {
        var tenant = await api.TenantAsync();
        await tenant.SellsAsync();
        var recurring = (await tenant.PostAsync("/recurring-invoices", new { customerId = await tenant.BuyerAsync(), startsOn = "2090-01-31", autoIssue = true, lineItems = new[] { InvoiceIntents.Line } })).ShouldBe(201).Id;
        await SuspendAsync(tenant);
        (await TurnAsync(tenant, First)).ShouldBeFalse();
        (await TurnAsync(tenant, First.AddDays(28))).ShouldBeFalse();
        await using (var connection = await api.TenantConnectionAsync(tenant.Id))
            (await connection.QuerySingleAsync<int>("select count(*)::int from crm_read.invoices")).ShouldBe(0);

        await RestoreAsync(tenant);

        (await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => TurnAsync(tenant, First.AddDays(28))))).Count(had => had).ShouldBe(1);
        (await tenant.GetAsync($"/recurring-invoices/{recurring}/invoices")).ShouldBe(200).Items.Select(i => $"{i!["period"]} {i["number"]!.ToString()[^6..]}").ShouldBe(["2 000002", "1 000001"]);
    }

    private Task<bool> TurnAsync(TenantClient tenant, DateTimeOffset due) => api.TurnAsync("invoices.recurring", tenant.Id, due);

    private async Task SuspendAsync(TenantClient tenant) => (await api.Anonymous.AsPlatform().PostAsync($"/platform/tenants/{tenant.Id}/suspend", new { reason = "unpaid" })).ShouldBe(200);

    private async Task RestoreAsync(TenantClient tenant) => (await api.Anonymous.AsPlatform().PostAsync($"/platform/tenants/{tenant.Id}/restore")).ShouldBe(200);

    private async Task<int> TasksAsync(TenantClient tenant)
    {
        await using var connection = await api.TenantConnectionAsync(tenant.Id);
        return await connection.QuerySingleAsync<int>("select count(*)::int from crm_read.tasks");
    }

    private async Task<bool> FreeAsync(Guid webhook)
    {
        await using var connection = new Npgsql.NpgsqlConnection(api.AppConnectionString);
        return await connection.QuerySingleAsync<bool>("select not exists (select from crm.webhook_lanes where webhook_id = @webhook and holder is not null)", new { webhook });
    }
}
