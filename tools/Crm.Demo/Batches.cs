using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Crm.Demo;

/// <summary>One record to upsert. <paramref name="Source"/> names it to a person: the file and line it came from.</summary>
internal sealed record Row(string Source, string ExternalId, JsonObject Data);

/// <summary>What became of the rows of one step.</summary>
internal sealed class Tally
{
    private readonly List<string> failures = [];

    internal int Created { get; private set; }

    internal int Updated { get; private set; }

    internal int Unchanged { get; private set; }

    internal IReadOnlyList<string> Failures => failures;

    internal void Count(int status, bool changed)
    {
        lock (failures)
        {
            if (status == 201) Created++;
            else if (changed) Updated++;
            else Unchanged++;
        }
    }

    internal void Fail(string failure)
    {
        lock (failures) failures.Add(failure);
    }
}

/// <summary>Upserts records by external id, many at a time, and keeps the books.</summary>
internal sealed class Batches(ApiClient api)
{
    private const int Size = 500;
    private const int Parallel = 3;

    private readonly List<string> failures = [];

    /// <summary>Every row that failed so far.</summary>
    internal IReadOnlyList<string> Failures => failures;

    /// <summary>Upserts the rows and returns the records by external id; prints one line about the step.</summary>
    internal async Task<Dictionary<string, JsonElement>> UpsertAsync(string resource, IReadOnlyList<Row> rows, string? title = null)
    {
        var records = new Dictionary<string, JsonElement>(rows.Count);
        await StepAsync(title ?? resource, tally => System.Threading.Tasks.Parallel.ForEachAsync(
            rows.Chunk(Size), new ParallelOptions { MaxDegreeOfParallelism = Parallel },
            async (chunk, _) => await SendAsync(resource, chunk, tally, records)));
        return records;
    }

    /// <summary>Runs one step of the load and prints its figures.</summary>
    internal async Task StepAsync(string title, Func<Tally, Task> work)
    {
        var watch = Stopwatch.StartNew();
        var tally = new Tally();
        await work(tally);
        failures.AddRange(tally.Failures);
        Out.Line(string.Create(CultureInfo.InvariantCulture,
            $"  {title,-18}{tally.Created,6} created{tally.Updated,6} updated{tally.Unchanged,6} unchanged{tally.Failures.Count,5} failed  {Out.Seconds(watch)}"));
    }

    /// <summary>Later steps refer to earlier ones, so a load does not go on over a failed row.</summary>
    /// <exception cref="DemoException">A row failed; the message names each.</exception>
    internal void StopOnFailure()
    {
        if (failures.Count > 0) throw new DemoException($"{failures.Count} rows failed:\n  {string.Join("\n  ", failures)}", 1);
    }

    /// <summary>
    /// Whether this run changed the record. An upsert that finds nothing to change answers 200 like one that does; the
    /// record's own updatedAt tells them apart.
    /// </summary>
    internal bool Changed(JsonElement record) =>
        !DateTimeOffset.TryParse(record.Text("updatedAt"), CultureInfo.InvariantCulture, out var at) || at >= api.StartedAt;

    /// <summary>
    /// Counts the answer to a single upsert and returns the record's id. Its body does not say 201 or 200, but a record
    /// made just now has not been touched since.
    /// </summary>
    internal string Count(JsonElement answer, Tally tally)
    {
        var record = answer.GetProperty("data");
        var changed = Changed(record);
        tally.Count(changed && record.Text("createdAt") == record.Text("updatedAt") ? 201 : 200, changed);
        return record.Id();
    }

    private async Task SendAsync(string resource, Row[] chunk, Tally tally, Dictionary<string, JsonElement> records)
    {
        var operations = new JsonArray();
        foreach (var row in chunk)
        {
            row.Data["externalId"] = row.ExternalId;
            operations.Add(new JsonObject { ["op"] = "upsert", ["data"] = row.Data.DeepClone() });
        }

        var answer = await api.SendAsync(HttpMethod.Post, $"{resource}/batch", new JsonObject { ["operations"] = operations });
        var results = answer.GetProperty("data");
        if (results.GetArrayLength() != chunk.Length)
            throw new DemoException($"{resource}/batch answered {results.GetArrayLength()} results to {chunk.Length} operations.", 1);
        foreach (var (row, result) in chunk.Zip(results.EnumerateArray()))
        {
            var status = (int)(result.Number("status") ?? 0);
            if (status is not (200 or 201))
            {
                tally.Fail($"{row.Source}: {status} {(result.TryGetProperty("error", out var problem) ? $"{problem.Text("code")} {ApiException.Describe(problem)}" : "")}");
                continue;
            }

            var record = result.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object ? data : result;
            tally.Count(status, Changed(record));
            lock (records) records[row.ExternalId] = record;
        }
    }
}
