using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Crm.Demo;

/// <summary>What the load made, to read reports with: ids by the names the files use.</summary>
internal sealed record SalesIds(
    IReadOnlyDictionary<string, string> Stages, IReadOnlyDictionary<string, string> Teams,
    IReadOnlyDictionary<string, string> Users, IReadOnlyDictionary<string, string> Products);

/// <summary>Loads the files of a sales folder through the API, each record under an external id of its own.</summary>
internal sealed class SalesLoader(ApiClient api, Batches batches, Session session, SalesFiles files)
{
    private const string Currency = "USD";

    private readonly Dictionary<string, decimal> listPrices = files.Products.ToDictionary(p => p.Name, p => p.Price);

    internal async Task<SalesIds> LoadAsync()
    {
        // The welcome e-mail goes to new customers; a demonstration writes to nobody.
        await api.SendAsync(HttpMethod.Patch, "tenant", new JsonObject { ["currency"] = Currency, ["welcomeEmail"] = false });

        var (users, teams) = await new Team(api, batches, session).EnsureAsync(
            [.. files.Agents.DistinctBy(a => a.Manager).Select(a => new TeamPlan(a.Manager, a.Region, a.Manager))], Members());
        var companies = await CompaniesAsync();
        var products = await ProductsAsync();
        var (pipeline, stages) = await PipelineAsync();
        batches.StopOnFailure();

        await batches.UpsertAsync("deals", [.. files.Opportunities.Select(o => Deal(o, pipeline, stages, users, companies, products))]);
        batches.StopOnFailure();
        return new SalesIds(stages, teams, users, products);
    }

    // A manager who also sells is one member, with the role that may do more.
    private MemberPlan[] Members() =>
    [
        .. files.Agents.DistinctBy(a => a.Manager).Select(a => new MemberPlan(a.Manager, "MANAGER", a.Manager)),
        .. files.Agents.Where(a => files.Agents.All(other => other.Manager != a.Name)).Select(a => new MemberPlan(a.Name, "USER", a.Manager)),
    ];

    private async Task<Dictionary<string, string>> CompaniesAsync()
    {
        var records = await batches.UpsertAsync("companies", [.. files.Accounts.Select(a => Company(a, parentId: null))]);
        batches.StopOnFailure();
        var ids = files.Accounts.ToDictionary(a => a.Name, a => records[Aliases.ExternalId(a.Name)].Id());
        // A parent may stand below its subsidiary in the file, so parents wait until every company has an id.
        await batches.UpsertAsync(
            "companies", [.. files.Accounts.Where(a => a.Parent is not null).Select(a => Company(a, ids[a.Parent!]))], "company parents");
        return ids;
    }

    private static Row Company(Account account, string? parentId) => new(
        $"{account.Source} ({account.Name})", Aliases.ExternalId(account.Name),
        new JsonObject { ["name"] = account.Name }
            .With("industry", account.Sector)
            .With("size", account.Employees)
            .With("annualRevenue", account.Revenue is { } millions ? JsonExtensions.Money(millions * 1_000_000m, Currency) : null)
            .With("country", account.Country)
            .With("notes", account.Founded is { } year ? $"Established {year}" : null)
            .With("parentId", parentId));

    private async Task<Dictionary<string, string>> ProductsAsync()
    {
        var records = await batches.UpsertAsync("products", [.. files.Products.Select(p => new Row(
            $"{p.Source} ({p.Name})", Aliases.ExternalId(p.Name),
            new JsonObject { ["name"] = p.Name, ["sku"] = p.Name, ["price"] = JsonExtensions.Money(p.Price, Currency) }
                .With("description", p.Series is { } series ? $"Series {series}" : null)))]);
        batches.StopOnFailure();
        return files.Products.ToDictionary(p => p.Name, p => records[Aliases.ExternalId(p.Name)].Id());
    }

    /// <summary>The pipeline "Sales" with the stages of the files; a second run finds it and leaves it alone.</summary>
    private async Task<(string Id, Dictionary<string, string> Stages)> PipelineAsync()
    {
        const string externalId = "sales";
        (string Name, int Probability, string Kind)[] wanted =
            [("Prospecting", 10, "OPEN"), ("Engaging", 25, "OPEN"), ("Won", 100, "WON"), ("Lost", 0, "LOST")];
        var pipeline = (await api.ListAsync("pipelines")).FirstOrDefault(p => p.Text("externalId") == externalId);
        await batches.StepAsync("pipeline", async tally =>
        {
            var known = StageIds(pipeline);
            if (wanted.All(s => known.ContainsKey(s.Name)))
            {
                tally.Count(200, changed: false);
                return;
            }

            // A stage that is there keeps its id, for deals may stand in it.
            var stages = wanted.Select(s => new JsonObject { ["name"] = s.Name, ["probability"] = s.Probability, ["kind"] = s.Kind }
                .With("id", known.GetValueOrDefault(s.Name)));
            var answer = await api.SendAsync(HttpMethod.Put, $"pipelines/by-external-id/{externalId}",
                new JsonObject { ["name"] = "Sales", ["stages"] = new JsonArray([.. stages]) });
            batches.Count(answer, tally);
            pipeline = answer.GetProperty("data");
        });
        return (pipeline.Id(), StageIds(pipeline));
    }

    private static Dictionary<string, string> StageIds(JsonElement pipeline)
    {
        var ids = new Dictionary<string, string>();
        if (pipeline.ValueKind == JsonValueKind.Object)
            foreach (var stage in pipeline.GetProperty("stages").EnumerateArray()) ids.TryAdd(stage.Text("name") ?? "", stage.Id());
        return ids;
    }

    private Row Deal(
        Opportunity o, string pipeline, Dictionary<string, string> stages, Dictionary<string, string> users,
        Dictionary<string, string> companies, Dictionary<string, string> products)
    {
        var won = o.Stage == "Won";
        var closed = won || o.Stage == "Lost";
        var line = new JsonObject
        {
            ["productId"] = products[o.Product],
            ["quantity"] = 1,
            // A won line was sold at the closing value; any other was offered at the list price.
            ["unitPrice"] = JsonExtensions.Money(won && o.Value is { } sold ? sold : listPrices[o.Product], Currency),
        };
        var data = new JsonObject
        {
            ["title"] = $"{o.Account ?? "Unassigned"} – {o.Product}",
            ["pipelineId"] = pipeline,
            ["stageId"] = stages[o.Stage],
            ["ownerId"] = users[o.Agent],
            ["lineItems"] = new JsonArray(line),
        };
        return new Row($"{o.Source} ({o.Id})", Aliases.ExternalId(o.Id), data
            .With("companyId", o.Account is null ? null : companies[o.Account])
            // Prospecting has no engage date: such a deal is open since the day it is loaded.
            .With("openedOn", Date(o.Engaged))
            .With("actualCloseDate", closed ? Date(o.Closed) : null)
            // An open deal has no value of its own yet; the service takes that of its line.
            .With("value", closed && o.Value is { } value ? JsonExtensions.Money(value, Currency) : null));
    }

    private static string? Date(DateOnly? date) => date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
