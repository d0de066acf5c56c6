using System.Text.Json;
using System.Text.Json.Nodes;

namespace Crm.Demo;

/// <summary>The leads and deals of the sample company.</summary>
internal sealed class SamplePipeline(ApiClient api, Batches batches, SampleData data, DateOnly asOf, string currency, string[] sellers)
{
    private const int Leads = 60, Converted = 6, Deals = 120;

    private static readonly string[] OpenStatuses = ["NEW", "NEW", "CONTACTED", "QUALIFIED", "QUALIFIED", "UNQUALIFIED", "LOST"];

    /// <summary>Leads in all statuses; the first few are converted, which only an action can do.</summary>
    internal async Task LeadsAsync()
    {
        var rows = Enumerable.Range(1, Leads).Select(Lead).ToArray();
        // A converted lead is read-only: those of an earlier run are done with.
        var done = (await api.ListAsync("leads?status=CONVERTED")).Select(l => l.Text("externalId")).ToHashSet();
        var leads = await batches.UpsertAsync("leads", [.. rows.Where(r => !done.Contains(r.ExternalId))]);
        batches.StopOnFailure();

        await batches.StepAsync("converted leads", async tally =>
        {
            foreach (var row in rows.Take(Converted))
            {
                if (done.Contains(row.ExternalId))
                {
                    tally.Count(200, changed: false);
                    continue;
                }

                await Try(tally, row.Source, async () =>
                {
                    await api.SendAsync(HttpMethod.Post, $"leads/{leads[row.ExternalId].Id()}/convert", new JsonObject { ["createDeal"] = true });
                    tally.Count(201, changed: true);
                });
            }
        });
        batches.StopOnFailure();
    }

    /// <summary>Deals in all stages of the default pipeline, created where they stand or led there step by step.</summary>
    internal async Task<Dictionary<string, JsonElement>> DealsAsync(
        Dictionary<string, JsonElement> customers, Dictionary<string, JsonElement> companies,
        Dictionary<string, JsonElement> contacts, Dictionary<string, JsonElement> products)
    {
        var pipeline = (await api.ListAsync("pipelines")).First(p => p.GetProperty("isDefault").GetBoolean());
        var stages = pipeline.GetProperty("stages").EnumerateArray().OrderBy(s => s.Number("position") ?? 0).ToArray();
        var open = stages.Where(s => s.Text("kind") == "OPEN").Select(s => s.Id()).ToArray();
        var won = stages.First(s => s.Text("kind") == "WON").Id();
        var lost = stages.First(s => s.Text("kind") == "LOST").Id();

        var plans = Enumerable.Range(1, Deals).Select(n => Plan(n, open, won, lost)).ToArray();
        var rows = plans.Select(p => Deal(p, pipeline.Id(), customers, companies, contacts, products)).ToArray();
        var deals = await batches.UpsertAsync("deals", rows);
        batches.StopOnFailure();

        await batches.StepAsync("stage moves", async tally =>
        {
            foreach (var plan in plans.Where(p => p.Walks))
                await Try(tally, $"deal {plan.Number}", () => WalkAsync(plan, deals[$"deal-{plan.Number}"], [.. open, plan.Stage], tally));
        });
        batches.StopOnFailure();
        return deals;
    }

    private Row Lead(int n)
    {
        var (first, last, place) = data.Person();
        var company = data.CompanyName(place);
        var converts = n <= Converted;
        var domain = $"{Aliases.Slug(company).Replace('.', '-')}.example";
        return new Row($"lead {n}", $"lead-{n}", new JsonObject
        {
            ["name"] = $"{first} {last}",
            ["email"] = $"{Aliases.Slug($"{first} {last}")}.{n}@{domain}",
            ["phone"] = data.Phone(place),
            ["company"] = company,
            ["website"] = $"https://www.{domain}",
            ["status"] = converts ? "QUALIFIED" : OpenStatuses[n % OpenStatuses.Length],
            ["source"] = data.Any.PickRandom("WEBSITE", "SOCIAL", "EMAIL", "REFERRAL", "PHONE", "EVENT", "ADVERTISING", "PARTNER"),
            ["value"] = JsonExtensions.Money(data.Any.Random.Int(4, 160) * 250m, currency),
            ["score"] = data.Any.Random.Int(5, 95),
            ["ownerId"] = data.Any.PickRandom(sellers),
            ["tags"] = JsonExtensions.Array(n % 9 == 0 ? ["trade-fair"] : []),
        });
    }

    private sealed record DealPlan(int Number, string Stage, bool Walks, string? LostReason, DateOnly OpenedOn, DateOnly? ClosedOn, DateOnly? ExpectedOn);

    private DealPlan Plan(int n, string[] open, string won, string lost)
    {
        var opened = asOf.AddDays(-data.Any.Random.Int(140, 420));
        var closed = opened.AddDays(data.Any.Random.Int(14, 130));
        return (n % 10) switch
        {
            // Four in ten are won, two lost, the others still open. Every twentieth has walked through the stages.
            < 4 => new(n, won, n % 20 == 1, null, opened, closed, closed.AddDays(data.Any.Random.Int(-20, 20))),
            < 6 => new(n, lost, n % 20 == 5, data.Any.PickRandom("Price", "Went with another supplier", "Project cancelled", "No answer"), opened, closed, null),
            _ => new(n, open[n % open.Length], false, null, asOf.AddDays(-data.Any.Random.Int(2, 120)), null, asOf.AddDays(data.Any.Random.Int(5, 120))),
        };
    }

    private Row Deal(
        DealPlan plan, string pipelineId, Dictionary<string, JsonElement> customers, Dictionary<string, JsonElement> companies,
        Dictionary<string, JsonElement> contacts, Dictionary<string, JsonElement> products)
    {
        var n = data.Any.Random.Int(1, customers.Count);
        var sold = products.Where(p => p.Key != "DESK-2019").OrderBy(p => p.Key, StringComparer.Ordinal).ToArray();
        var lines = data.Any.Random.ArrayElements(sold, data.Any.Random.Int(1, 3));
        var body = new JsonObject
        {
            ["title"] = $"{companies[$"company-{n}"].Text("name")}: {lines[0].Value.Text("name")!.Split(',')[0]}",
            ["pipelineId"] = pipelineId,
            ["customerId"] = customers[$"customer-{n}"].Id(),
            ["companyId"] = companies[$"company-{n}"].Id(),
            ["contactId"] = contacts[$"contact-{n}"].Id(),
            ["ownerId"] = data.Any.PickRandom(sellers),
            ["openedOn"] = SampleData.Date(plan.OpenedOn),
            ["lineItems"] = new JsonArray([.. lines.Select(l => new JsonObject
            {
                ["productId"] = l.Value.Id(), ["quantity"] = data.Any.Random.Int(1, 12),
                ["unitPrice"] = JsonExtensions.Money(l.Value.Number("price") ?? 0, currency),
            })]),
        };
        if (plan.ExpectedOn is { } expected) body["expectedCloseDate"] = SampleData.Date(expected);
        // A deal that walks begins in the first stage, which is the default; what closes it is said when it is closed.
        if (!plan.Walks)
            body.With("stageId", plan.Stage).With("lostReason", plan.LostReason)
                .With("actualCloseDate", plan.ClosedOn is { } closed ? SampleData.Date(closed) : null);
        return new Row($"deal {plan.Number}", $"deal-{plan.Number}", body);
    }

    /// <summary>Leads a deal from the stage it stands in to the end of the path.</summary>
    private async Task WalkAsync(DealPlan plan, JsonElement deal, string[] path, Tally tally)
    {
        var at = Array.IndexOf(path, deal.Text("stageId"));
        if (at == path.Length - 1 || at < 0)
        {
            tally.Count(200, changed: false);
            return;
        }

        foreach (var stage in path[(at + 1)..])
        {
            var move = new JsonObject { ["stageId"] = stage };
            if (stage == plan.Stage)
                move.With("actualCloseDate", SampleData.Date(plan.ClosedOn!.Value)).With("lostReason", plan.LostReason);
            await api.SendAsync(HttpMethod.Put, $"deals/{deal.Id()}/stage", move);
        }

        tally.Count(200, changed: true);
    }

    private static async Task Try(Tally tally, string source, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (ApiException e)
        {
            tally.Fail($"{source}: {e.Message}");
        }
    }
}
