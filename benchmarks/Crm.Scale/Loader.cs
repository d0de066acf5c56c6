using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Crm.Scale;

/// <summary>
/// Fills a database: organizations and definitions through the service, records by SQL. The indexes are taken away meanwhile and made again from their
/// own definitions, which takes a tenth of the time. What is loaded stays in the folder for the next run.
/// </summary>
internal sealed class Loader(Instance instance, int leads)
{
    public const int Tenants = 20, CustomFields = 50;
    private const int Part = 25_000;
    private static readonly string[] Tables = ["leads", "deals", "events", "custom_values", "deal_figures", "tag_counts"];
    private static readonly string Leads = Text("leads.sql"), Records = Text("scale.sql");

    private const string Key = "tenant_id, pipeline_id, stage_id, status, owner_id, team_id, currency, closed_month";
    private const string Figures = $"""
        insert into crm.deal_figures ({Key}, deals, value, weighted, unweighted, cycles, cycle_days)
        select {Key}, sum(deals), sum(value), sum(weighted), sum(unweighted), sum(cycles), sum(cycle_days) from crm_read.deal_terms group by {Key}
        """;

    /// <summary>What the service keeps beside the records, which were written past it.</summary>
    private const string Kept = $"""
        {Figures};
        insert into crm.tag_counts (tenant_id, resource, tag, slot, count)
        select l.tenant_id, 'leads', u.tag, 0, count(*) from crm_read.leads l cross join lateral unnest(l.tags) u (tag) group by 1, 3
        """;

    private string Mark => Path.Combine(instance.Folder, "loaded");

    private string Version => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{leads} {Leads} {Records} {Kept}")));

    /// <summary>True when the folder holds other data than this, or half of it: then it has to be made anew.</summary>
    public static bool IsStale(string folder, int leads) =>
        Directory.Exists(folder) && (!File.Exists(Path.Combine(folder, "loaded")) || File.ReadAllText(Path.Combine(folder, "loaded")) != new Loader(null!, leads).Version);

    /// <summary>Loads unless it is loaded.</summary>
    public async Task LoadAsync()
    {
        if (File.Exists(Mark)) return;
        var clock = Stopwatch.StartNew();
        Console.Error.WriteLine($"Loading {leads:N0} leads …");
        var tenants = new List<Tenant>();
        for (var number = 1; number <= Tenants; number++) tenants.Add(await Tenant.EnterAsync(instance, number));
        await DefineAsync(tenants[0]);
        await using var database = instance.Database();
        var indexes = await IndexesAsync(database);
        await RunAsync(database, indexes.Select(i => $"drop index crm.{i.Name}"));
        var pipelines = await PipelinesAsync(database, tenants);
        var parts = new Queue<int>(Enumerable.Range(0, (leads + Part - 1) / Part));
        await Task.WhenAll(Enumerable.Range(0, Environment.ProcessorCount).Select(_ => FillAsync(database, tenants, pipelines, parts)));
        Console.Error.WriteLine($"  records {clock.Elapsed.TotalSeconds:N0} s; indexes …");
        var left = new Queue<string>(indexes.Select(i => i.Definition));
        await Task.WhenAll(Enumerable.Range(0, Environment.ProcessorCount).Select(_ => IndexAsync(database, left)));
        await RunAsync(database, tenants.Select(t => $"set app.tenant_id = '{t.Id}'; {Kept}"));
        await RunAsync(database, [.. Tables.Select(t => $"vacuum analyze crm.{t}"), "checkpoint"]);
        await File.WriteAllTextAsync(Mark, Version);
        Console.Error.WriteLine($"  loaded in {clock.Elapsed.TotalSeconds:N0} s");
    }

    /// <summary>Fifty fields on leads; two of them are used, and indexed.</summary>
    private static async Task DefineAsync(Tenant tenant)
    {
        await tenant.SendAsync(HttpMethod.Post, "/custom-fields", new { entity = "leads", name = "tier", type = "CHOICE", options = (string[])["gold", "silver", "bronze", "trial", "none"], indexed = true });
        await tenant.SendAsync(HttpMethod.Post, "/custom-fields", new { entity = "leads", name = "seats", type = "NUMBER", indexed = true });
        for (var i = 3; i <= CustomFields; i++) await tenant.SendAsync(HttpMethod.Post, "/custom-fields", new { entity = "leads", name = $"extra{i}", type = i % 2 == 0 ? "TEXT" : "NUMBER" });
    }

    private async Task FillAsync(NpgsqlDataSource database, List<Tenant> tenants, Guid[] pipelines, Queue<int> parts)
    {
        await using var connection = await database.OpenConnectionAsync();
        // No triggers: references are right by construction. Nothing is lost that could not be loaded again.
        await RunAsync(connection, $"set session_replication_role = replica; set synchronous_commit = off; {Leads}");
        while (true)
        {
            int part;
            lock (parts)
                if (!parts.TryDequeue(out part)) return;
            await using var command = new NpgsqlCommand(Records, connection);
            command.Parameters.Add(new() { Value = part * Part + 1 });
            command.Parameters.Add(new() { Value = Math.Min((part + 1) * Part, leads) });
            command.Parameters.Add(new() { Value = leads });
            command.Parameters.Add(new() { Value = tenants.Select(t => t.Id).ToArray() });
            command.Parameters.Add(new() { Value = tenants.Select(t => t.OwnerId).ToArray() });
            command.Parameters.Add(new() { Value = pipelines });
            await command.ExecuteNonQueryAsync();
        }
    }

    private static async Task IndexAsync(NpgsqlDataSource database, Queue<string> left)
    {
        await using var connection = await database.OpenConnectionAsync();
        await RunAsync(connection, "set maintenance_work_mem = '512MB'; set max_parallel_maintenance_workers = 0");
        while (true)
        {
            string definition;
            lock (left)
                if (!left.TryDequeue(out definition!)) return;
            await RunAsync(connection, definition);
        }
    }

    /// <summary>All but the primary keys, those that take longest first.</summary>
    private static async Task<List<(string Name, string Definition)>> IndexesAsync(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand("""
            select c.relname, pg_get_indexdef(i.indexrelid) from pg_index i join pg_class c on c.oid = i.indexrelid join pg_am a on a.oid = c.relam
            where i.indrelid = any(select ('crm.' || t)::regclass from unnest($1) as t) and not i.indisprimary order by a.amname = 'gin' desc, c.relname
            """);
        command.Parameters.Add(new() { Value = Tables });
        await using var reader = await command.ExecuteReaderAsync();
        var found = new List<(string, string)>();
        while (await reader.ReadAsync()) found.Add((reader.GetString(0), reader.GetString(1)));
        return found;
    }

    private static async Task<Guid[]> PipelinesAsync(NpgsqlDataSource database, List<Tenant> tenants)
    {
        await using var command = database.CreateCommand("select p.id from unnest($1) with ordinality as t (id, n) join crm.pipelines p on p.tenant_id = t.id and p.is_default order by t.n");
        command.Parameters.Add(new() { Value = tenants.Select(t => t.Id).ToArray() });
        await using var reader = await command.ExecuteReaderAsync();
        var found = new List<Guid>();
        while (await reader.ReadAsync()) found.Add(reader.GetGuid(0));
        return [.. found];
    }

    private static async Task RunAsync(NpgsqlDataSource database, IEnumerable<string> statements)
    {
        await using var connection = await database.OpenConnectionAsync();
        foreach (var statement in statements) await RunAsync(connection, statement);
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static string Text(string name)
    {
        using var reader = new StreamReader(typeof(Loader).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
