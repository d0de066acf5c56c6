using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Crm.Scale;

/// <summary>
/// ./bench issue: invoices of ten lines issued by 16 callers in one series, which all wait for its next number, through the service and by its statements alone: in turns, on the same database, equally durable.
/// </summary>
internal sealed class Issuing(Instance instance, Verdicts verdicts)
{
    private const int Rounds = 3, Warming = 1_500, Each = 1_000, Callers = 16, Lines = 10;
    private const double Mark = 0.4;

    public async Task MeasureAsync()
    {
        await using var administrator = instance.Database();
        await using var database = instance.ServiceDatabase();
        var tenant = await Tenant.EnterAsync(instance, 1);
        var template = await TemplateAsync(tenant);
        var drafts = new Drafts(administrator, template);
        // The first one is the service's: what it wrote is what the others are compared with.
        var first = (await drafts.CopyAsync(1))[0];
        await tenant.SendAsync(HttpMethod.Post, $"/invoices/{first}/issue");
        var bare = await BareIssue.OfAsync(administrator, database, tenant, first);

        Console.Error.WriteLine("Warming up …");
        await TimeAsync(drafts, Warming, tenant, bare);
        var (service, alone, rounds) = (0.0, 0.0, new List<double>());
        for (var round = 1; round <= Rounds; round++)
        {
            Console.Error.WriteLine($"Round {round} of {Rounds} …");
            var (ours, theirs) = await TimeAsync(drafts, Each, tenant, bare);
            (service, alone) = (service + ours, alone + theirs);
            rounds.Add(theirs / ours);
        }
        var ratio = alone / service;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"invoices of {Lines} lines issued by {Callers} callers in one series: {Rounds * Each / service:N0}/s, by the same statements alone {Rounds * Each / alone:N0}/s: {ratio:N2} (mark {Mark:N2}), in each round {string.Join(", ", rounds.Select(r => r.ToString("N2", CultureInfo.InvariantCulture)))}{verdicts.Of(1 / ratio, 1 / Mark, 1 / Mark)}"));
    }

    /// <summary>The seconds both take for as many drafts.</summary>
    private static async Task<(double Service, double Bare)> TimeAsync(Drafts drafts, int count, Tenant tenant, BareIssue bare)
    {
        var (ours, theirs) = (await drafts.CopyAsync(count), await drafts.CopyAsync(count));
        return (await AllAsync(ours, id => tenant.SendAsync(HttpMethod.Post, $"/invoices/{id}/issue")), await AllAsync(theirs, bare.IssueAsync));
    }

    private static async Task<double> AllAsync(IEnumerable<Guid> ids, Func<Guid, Task> issue)
    {
        var (queue, clock) = (new ConcurrentQueue<Guid>(ids), Stopwatch.StartNew());
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            while (queue.TryDequeue(out var id)) await issue(id);
        })));
        return clock.Elapsed.TotalSeconds;
    }

    /// <summary>A draft of ten lines, written by the service.</summary>
    private static async Task<Guid> TemplateAsync(Tenant tenant)
    {
        await tenant.SendAsync(HttpMethod.Patch, "/tenant/profile", new { legalName = "Analytical Ltd", vatId = "BG123456789", address = "1 Main Street", city = "Sofia", country = "BG", iban = "BG80BNBG96611020345678" });
        var customer = await tenant.MadeAsync("/customers", new { name = "Babbage & Co", country = "DE", city = "Berlin", taxNumber = "DE123456789" });
        var line = new { name = "Analytical engine", unitPrice = new { amount = 100, currency = "EUR" }, taxCategory = "STANDARD", taxPercent = 20 };
        return await tenant.MadeAsync("/invoices", new { customerId = customer, lineItems = Enumerable.Repeat(line, Lines) });
    }

    /// <summary>Copies of a draft, as many as are wanted: making them is no part of what is measured.</summary>
    private sealed class Drafts(NpgsqlDataSource database, Guid template)
    {
        public async Task<Guid[]> CopyAsync(int count)
        {
            var copies = Enumerable.Range(0, count).Select(_ => Guid.CreateVersion7()).ToArray();
            var (invoice, line) = (await ColumnsAsync("crm.invoices", "id"), await ColumnsAsync("crm.invoice_line_items", "id", "invoice_id"));
            await RunAsync($"insert into crm.invoices (id, {invoice}) select n.copy, {invoice} from crm.invoices, unnest($1::uuid[]) as n (copy) where id = $2", copies);
            await RunAsync($"insert into crm.invoice_line_items (id, invoice_id, {line}) select gen_random_uuid(), n.copy, {line} from crm.invoice_line_items, unnest($1::uuid[]) as n (copy) where invoice_id = $2", copies);
            return copies;
        }

        private async Task RunAsync(string sql, Guid[] copies)
        {
            await using var command = database.CreateCommand(sql);
            command.Parameters.Add(new() { Value = copies });
            command.Parameters.Add(new() { Value = template });
            await command.ExecuteNonQueryAsync();
        }

        private async Task<string> ColumnsAsync(string table, params string[] but)
        {
            await using var command = database.CreateCommand("select string_agg(quote_ident(attname), ', ') from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' and attname <> all($2)");
            command.Parameters.Add(new() { Value = table });
            command.Parameters.Add(new() { Value = but });
            return (string)(await command.ExecuteScalarAsync())!;
        }
    }
}
