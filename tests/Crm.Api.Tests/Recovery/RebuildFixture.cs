using System.Globalization;
using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.OpenApi;
using Crm.Api.Tests.Operations;
using Crm.Infrastructure.Rebuilding;
using Crm.Infrastructure.Verification;
using Dapper;
using Microsoft.Extensions.Configuration;
using Npgsql;
using static Crm.Api.Tests.Postgres.ThrowAwayCluster;

namespace Crm.Api.Tests.Recovery;

/// <summary>A database in which the service wrote records of every kind, of which each test breaks a copy.</summary>
public sealed class RebuildFixture(CrmApi api) : IAsyncLifetime
{
    private string _template = null!;

    /// <summary>The tenant that has them.</summary>
    public Guid TenantId { get; private set; }

    public async ValueTask InitializeAsync()
    {
        _template = await api.NewDatabaseAsync();
        await using (var service = new ConfiguredApi(api, ("ConnectionStrings:Crm", _template), ("Logging:LogLevel:Default", "None")))
        {
            var tenant = await service.Anonymous.RegisterAsync();
            TenantId = tenant.Id;
            await FillAsync(tenant);
            await EveryKindAsync(await OpenApi.Contract.OfAsync(api), await service.Anonymous.RegisterAsync());
            await Eventually.Async(async () => await ScalarAsync<long>(_template, "select count(*) from crm.outbox where attempts = 0") == 0, "what follows is done");
            await Eventually.Async(async () => await ScalarAsync<long>(api.AdministratorOf(_template), "select count(*) from crm.leads where computed_score is null and deleted_at is null and status <> 'CONVERTED' and tenant_id = '" + TenantId + "'") == 0, "leads are scored");
        }
        // A database is copied while nobody is in it.
        await ExecuteAsync(api.AdministratorOf(api.AppConnectionString), $"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{NameOf(_template)}'");
    }

    /// <summary>Another copy: the service's login and one that may break anything.</summary>
    internal async Task<(string App, string Superuser)> CopyAsync()
    {
        var name = "copy_" + Guid.NewGuid().ToString("N");
        await ExecuteAsync(api.AdministratorOf(api.AppConnectionString), $"create database {name} owner crm_owner template {NameOf(_template)}");
        var app = In(_template, name);
        return (app, api.AdministratorOf(app));
    }

    internal Task<(bool Right, IReadOnlyList<string> Lines)> VerifyAsync(string app) => VerifyAsync(app, api.DataFolder);

    internal static async Task<(bool Right, IReadOnlyList<string> Lines)> VerifyAsync(string app, string dataFolder)
    {
        var lines = new List<string>();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("CRM_DATA_DIR", dataFolder)]).Build();
        return (await Verifier.RunAsync(app, configuration, lines.Add, TestContext.Current.CancellationToken), lines);
    }

    internal static async Task<IReadOnlyList<string>> RebuildAsync(string app, bool keeps = true, Guid? tenant = null)
    {
        var lines = new List<string>();
        await Rebuilder.RunAsync(app, tenant, keeps, lines.Add, TestContext.Current.CancellationToken);
        return lines;
    }

    internal static async Task<T?> ScalarAsync<T>(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        return await connection.ExecuteScalarAsync<T>(sql);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static string NameOf(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString).Database!;

    /// <summary>What each read model is made of.</summary>
    private static async Task FillAsync(TenantClient tenant)
    {
        (await tenant.PatchAsync("/tenant", new { country = "BG" })).ShouldBe(200);
        var tier = await tenant.FieldAsync("tier", more: new { indexed = true, searchable = true });
        await tenant.FieldAsync("taxId", more: new { unique = true });
        await tenant.FieldAsync("size", "NUMBER", new { indexed = true });
        await tenant.IndexedAsync(tier);
        (await tenant.PostAsync("/lead-scoring/rules", new { name = "Tagged", points = 10, condition = new { field = "tags", op = "eq", value = "vip" } })).ShouldBe(201);
        for (var i = 0; i < 12; i++)
            await tenant.LeadAsync($"Lead {i}", more: new { phone = $"088 000 00{i + 10}", tags = new[] { "vip", $"tag {i % 3}" }, customFields = new { tier = $"gold {i}", taxId = $"T{i}", size = i } });
        var customer = await tenant.CustomerAsync("Engines Ltd", new { phone = "02 123 45 67", mobile = "+359 88 123 45 67", tags = new[] { "vip" } });
        await tenant.PostAsync("/contacts", new { lastName = "Byron", customerId = customer, phones = new[] { "088 111 2222", "00359 88 333 4444" } });
        await tenant.ActivityAsync(new { customerId = customer }, 2);
        var won = (Guid)(await tenant.PipelineAsync())["stages"]!.AsArray().Single(s => (string?)s!["kind"] == "WON")!["id"]!;
        for (var i = 0; i < 5; i++)
        {
            var deal = await tenant.DealAsync(new { customerId = customer, value = new { amount = 100 * (i + 1), currency = "EUR" } });
            if (i < 2) (await tenant.MoveAsync(deal.Id, won)).ShouldBe(200);
        }
        var rule = await tenant.RuleAsync(new { type = "RECORD_CREATED" }, [new { type = "WAIT", minutes = 600 }, new { type = "CREATE_TASK", title = "Later" }]);
        await tenant.RuleAsync(new { type = "SCHEDULED", cron = "0 9 * * 1" }, [new { type = "CREATE_TASK", title = "Monday" }]);
        await tenant.LeadAsync("Waits");
        await tenant.RunsAsync(rule);
        await tenant.PostAsync("/approvals", new { title = "Expires", resource = "customers", recordId = customer, approverIds = new[] { tenant.UserId }, expiresAt = DateTimeOffset.UtcNow.AddDays(9).ToString("O", CultureInfo.InvariantCulture) });
        var payment = (await tenant.PaymentAsync()).ShouldBe(201).Id;
        (await tenant.PostAsync($"/payments/{payment}/refunds", new { reason = "Paid too much" })).ShouldBe(200);
        (await tenant.PostAsync("/recurring-invoices", new { customerId = customer, occurrences = 12, lineItems = new[] { InvoiceIntents.Line } })).ShouldBe(201);
        // Nobody listens there, so what is sent waits.
        var webhook = (await tenant.PostAsync("/webhooks", new { url = "http://127.0.0.1:1/", events = new[] { "lead.created" } })).ShouldBe(201).Id;
        await tenant.LeadAsync("Sent in vain");
        await Eventually.Async(async () => (await tenant.GetAsync($"/webhooks/{webhook}/deliveries")).Items.Any(d => (int)d!["attemptCount"]! > 0), "it was tried");
    }

    /// <summary>A record of every kind, by the document's own examples: made, changed, and deleted.</summary>
    private static async Task EveryKindAsync(OpenApi.Contract contract, TenantClient tenant)
    {
        var scene = new Scene(contract, tenant);
        var creating = contract.Operations.Where(o => o is { Method: "POST", Creates: not null, IsPublic: false } && !o.Path.Contains('{')).ToList();
        var others = contract.Operations.Where(o => o.Method is "PATCH" or "DELETE" && creating.Any(c => o.Path == c.Path + "/{id}")).OrderByDescending(o => o.Method);
        foreach (var operation in creating.Concat(others)) (await scene.CallAsync(operation)).Status.ShouldBeLessThan(300, $"{operation.Method} {operation.Path}");
    }
}
