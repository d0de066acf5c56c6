using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Crm.Scale;

/// <summary>
/// ./bench match: how long it takes to match 10,000 payments with 100,000 open invoices of one organization, from the order to the commit of the last allocation. 9,500 of them are clear; every
/// allocation is booked as one by hand is, with its entry of the ledger and its events.
/// </summary>
internal sealed class Matching(Instance instance, Verdicts verdicts)
{
    private const int Clear = 9_500;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5), Look = TimeSpan.FromMilliseconds(100);

    public async Task MeasureAsync()
    {
        await using var database = instance.Database();
        // Before the first is measured, the code has run once.
        await RunAsync(database, await Tenant.EnterAsync(instance, 1));
        var second = await Tenant.EnterAsync(instance, 2);
        var shares = new Shares(instance.ProcessId, instance.Postmaster);
        var seconds = await RunAsync(database, second);
        Console.WriteLine(shares);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"10,000 payments matched with 100,000 open invoices: {seconds:N1} s (mark 10){verdicts.Of(seconds, 10, 10)}, {Clear / seconds:N0} allocations/s"));
        var wrong = await CountAsync(database, second, """
            select count(*) from crm.payments p
            where p.tenant_id = $1 and p.source = 'BANK_STATEMENT' and p.status = 'ALLOCATED'
              and not exists (select from crm.receivable_entries e join crm.invoices i on i.tenant_id = e.tenant_id and i.id = e.invoice_id
                where e.tenant_id = p.tenant_id and e.payment_id = p.id and i.number = p.source_key and i.status = 'PAID' and e.amount_amount = p.amount_amount)
            """);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"matched with another invoice than the one that was meant: {wrong:N0}{verdicts.Of(wrong, 0, 0)}"));
    }

    private static async Task<double> RunAsync(NpgsqlDataSource database, Tenant tenant)
    {
        await LoadAsync(database, tenant);
        var clock = Stopwatch.StartNew();
        await tenant.SendAsync(HttpMethod.Post, "/payments/match");
        // Each piece orders the next in its own transaction, so that nothing is left when nothing is ordered. Payments are counted afterwards: that takes the database longer than this.
        while (await CountAsync(database, tenant, "select count(*) from crm.outbox o where o.tenant_id = $1 and o.sink = 'payments.match'") > 0)
        {
            if (clock.Elapsed > Limit) throw new InvalidOperationException("The payments are not matched.");
            await Task.Delay(Look);
        }
        var seconds = clock.Elapsed.TotalSeconds;
        var matched = await CountAsync(database, tenant, "select count(*) from crm.payments p where p.tenant_id = $1 and p.source = 'BANK_STATEMENT' and p.status = 'ALLOCATED'");
        return matched == Clear ? seconds : throw new InvalidOperationException($"{matched} payments are matched, not {Clear}.");
    }

    private static async Task LoadAsync(NpgsqlDataSource database, Tenant tenant)
    {
        using var sql = new StreamReader(typeof(Matching).Assembly.GetManifestResourceStream("matching.sql")!);
        await using (var connection = await database.OpenConnectionAsync())
        {
            // Ids are the same in every organization; references are right by construction.
            await using var command = new NpgsqlCommand(await sql.ReadToEndAsync(), connection) { Parameters = { new() { Value = tenant.Id }, new() { Value = tenant.OwnerId } } };
            await command.ExecuteNonQueryAsync();
        }
        foreach (var table in new[] { "customers", "invoices", "invoice_line_items", "payments", "receivable_entries", "events" })
        {
            await using var vacuum = database.CreateCommand($"vacuum analyze crm.{table}");
            await vacuum.ExecuteNonQueryAsync();
        }
    }

    private static async Task<long> CountAsync(NpgsqlDataSource database, Tenant tenant, string sql)
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.Add(new() { Value = tenant.Id });
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
