using System.Text.Json;
using System.Text.Json.Nodes;

namespace Crm.Demo;

/// <summary>The tasks and activities of the sample company.</summary>
internal sealed class SampleWork(ApiClient api, Batches batches, SampleData data, DateOnly asOf, string[] sellers)
{
    private const int Tasks = 60, Activities = 160;

    private static readonly (string Type, string Title)[] Work =
    [
        ("CALL", "Call about the offer"), ("EMAIL", "Send product information"), ("MEETING", "Prepare the demonstration"),
        ("FOLLOW_UP", "Ask for a decision"), ("NOTE", "Write down the requirements"), ("CALL", "Clarify budget and timeline"),
    ];

    private static readonly (string Type, string Subject)[] Contacted =
    [
        ("CALL", "Talked about prices"), ("EMAIL", "Sent the offer"), ("MEETING", "Demonstration on site"),
        ("NOTE", "Decision expected next quarter"), ("CALL", "Left a message"), ("MEETING", "Needs assessment"),
    ];

    internal async Task BuildAsync(
        Dictionary<string, JsonElement> customers, Dictionary<string, JsonElement> contacts, Dictionary<string, JsonElement> deals)
    {
        await TasksAsync(deals);
        await batches.UpsertAsync("activities", [.. Enumerable.Range(1, Activities).Select(n => Activity(n, customers, contacts, deals))]);
        batches.StopOnFailure();
    }

    private async Task TasksAsync(Dictionary<string, JsonElement> deals)
    {
        var tasks = await batches.UpsertAsync("tasks", [.. Enumerable.Range(1, Tasks).Select(n => Task(n, deals))]);
        batches.StopOnFailure();
        await batches.StepAsync("completed tasks", async tally =>
        {
            foreach (var (externalId, task) in tasks.Where(t => IsCompleted(int.Parse(t.Key[5..]))))
            {
                var isDone = task.Text("status") == "COMPLETED";
                try
                {
                    if (!isDone) await api.SendAsync(HttpMethod.Put, $"tasks/{task.Id()}/complete", new JsonObject());
                    tally.Count(200, changed: !isDone);
                }
                catch (ApiException e)
                {
                    tally.Fail($"{externalId}: {e.Message}");
                }
            }
        });
        batches.StopOnFailure();
    }

    private static bool IsCompleted(int n) => n % 3 == 0;

    private Row Task(int n, Dictionary<string, JsonElement> deals)
    {
        var (type, title) = Work[n % Work.Length];
        var deal = deals[$"deal-{data.Any.Random.Int(1, deals.Count)}"];
        return new Row($"task {n}", $"task-{n}", new JsonObject
        {
            ["title"] = $"{title}: {deal.Text("title")}",
            ["type"] = type,
            ["priority"] = data.Any.PickRandom("LOW", "MEDIUM", "MEDIUM", "HIGH", "URGENT"),
            ["dueAt"] = data.Instant(asOf.AddDays(IsCompleted(n) ? -data.Any.Random.Int(1, 60) : data.Any.Random.Int(-6, 30))),
            ["assigneeId"] = data.Any.PickRandom(sellers),
            ["dealId"] = deal.Id(),
        }
        .With("customerId", deal.Text("customerId"))
        // Completing is an action, and says so itself; a second run must not set such a task back.
        .With("status", IsCompleted(n) ? null : n % 7 == 0 ? "IN_PROGRESS" : n % 11 == 0 ? "CANCELLED" : "NOT_STARTED"));
    }

    // Not every customer hears from us often: those with a quiet past are what the insights call at risk.
    private Row Activity(
        int n, Dictionary<string, JsonElement> customers, Dictionary<string, JsonElement> contacts, Dictionary<string, JsonElement> deals)
    {
        var (type, subject) = Contacted[n % Contacted.Length];
        var who = 1 + (int)(customers.Count * Math.Pow(data.Any.Random.Double(), 1.6));
        var days = who % 4 == 0 ? data.Any.Random.Int(35, 200) : data.Any.Random.Int(1, 90);
        var customer = customers[$"customer-{who}"].Id();
        var deal = deals.OrderBy(d => d.Key, StringComparer.Ordinal).Select(d => d.Value).FirstOrDefault(d => d.Text("customerId") == customer);
        return new Row($"activity {n}", $"activity-{n}", new JsonObject
        {
            ["type"] = type,
            ["subject"] = subject,
            ["body"] = data.Any.Lorem.Sentence(12),
            ["occurredAt"] = data.Instant(asOf.AddDays(-days)),
            ["customerId"] = customer,
            ["contactId"] = contacts[$"contact-{who}"].Id(),
        }
        .With("durationMinutes", type is "CALL" or "MEETING" ? data.Any.Random.Int(1, 9) * 10 : null)
        .With("dealId", deal.ValueKind == JsonValueKind.Object && n % 2 == 0 ? deal.Id() : null));
    }
}
