using Crm.Api.Http;
using Crm.Api.Tests.Postgres;
using Crm.Application.Abstractions;
using Crm.Infrastructure;
using Crm.Infrastructure.Events;
using Crm.Infrastructure.Identity;
using Crm.Infrastructure.Persistence.Migrations;
using Dapper;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Crm.Api.Tests.Outside;

/// <summary>
/// The outbox on a database of its own, with clocks that are told the time, a sink that does as it is told, and no worker. The database's
/// now() is a function of the test's that its search path finds first.
/// </summary>
internal sealed class OutboxBench : IAsyncDisposable
{
    private const string DatabaseClock = """
        create schema clock;
        create table clock.time (now timestamptz not null);
        insert into clock.time values ('2100-01-01');
        create function clock.now() returns timestamptz stable language sql as 'select now from clock.time';
        grant usage on schema clock to crm_app;
        grant select, update on clock.time to crm_app
        """;

    private readonly ServiceProvider _services;

    private OutboxBench(ServiceProvider services, FakeClock clock, TestSink sink) => (_services, Clock, Sink) = (services, clock, sink);

    public FakeClock Clock { get; }

    public TestSink Sink { get; }

    public Guid TenantId { get; } = Guid.CreateVersion7();

    public OutboxQueue Queue => _services.GetRequiredService<OutboxQueue>();

    public OutboxDelivery Delivery => _services.GetRequiredService<OutboxDelivery>();

    public static async Task<OutboxBench> SetUpAsync(ClusterFixture cluster)
    {
        var (owner, app) = await cluster.Server.NewDatabaseAsync();
        await new Migrator(owner).UpAsync();
        await ThrowAwayCluster.ExecuteAsync(owner, DatabaseClock);
        app += ";Search Path=clock,pg_catalog,public";
        var (clock, sink) = (new FakeClock(), new TestSink());
        var settings = new ConfigurationBuilder().Build();
        var services = new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(settings).AddCrm(app, new TokenKey(new byte[32])).AddIntegrations(settings);
        services.AddScoped<RequestContext>().AddScoped<IRequestContext>(p => p.GetRequiredService<RequestContext>());
        services.AddSingleton<TimeProvider>(clock).AddSingleton<IOutboxSink>(sink).AddSingleton(new Sealer(new byte[32]));
        var bench = new OutboxBench(services.BuildServiceProvider(), clock, sink);
        await bench.RunAsync("insert into crm.tenants (id) values (@TenantId); insert into crm.tenant_settings (tenant_id, id, name, language) values (@TenantId, @TenantId, 'Org', 'bg')");
        return bench;
    }

    /// <summary>Lets time pass, here and in the database; less than none sets the clocks back.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        Clock.Advance(time);
        await RunAsync("update clock.time set now = now + @time", new { time });
    }

    /// <summary>An event and its row in the outbox; the event's id.</summary>
    public async Task<Guid> EnqueueAsync(string sink = TestSink.SinkName)
    {
        var id = Guid.CreateVersion7();
        await RunAsync("""
            insert into crm.events (tenant_id, id, epoch, n, type, aggregate_type, aggregate_id, version, occurred_at, actor_type, data)
            values (@TenantId, @id, 1, @n, 'customer.created', 'customer', @id, 1, now(), 'USER', '{"id": 1}');
            insert into crm.outbox (id, tenant_id, event_id, sink, created_at, next_try_at) values (@id, @TenantId, @id, @sink, now(), now())
            """, new { TenantId, id, n = Random.Shared.Next(), sink });
        return id;
    }

    /// <summary>Hands a message to the sink once more, as a command does; its id.</summary>
    public async Task<Guid> RepeatAsync()
    {
        var message = OutboxMessage.Without(Guid.CreateVersion7(), TenantId);
        await using var scope = _services.CreateAsyncScope();
        var caller = await scope.ServiceProvider.GetRequiredService<ISystemCallers>().FindAsync(TenantId, CancellationToken.None);
        scope.ServiceProvider.GetRequiredService<IRequestContext>().ActAs(caller!);
        await scope.ServiceProvider.GetRequiredService<IUnitOfWork>().TransactAsync(() => scope.ServiceProvider.GetRequiredService<IOutbox>().RepeatAsync(message, TestSink.SinkName, CancellationToken.None), CancellationToken.None);
        return message.EventId;
    }

    /// <summary>Claims what is due and delivers it; how many that were.</summary>
    public async Task<int> WorkAsync(CancellationToken stopping = default)
    {
        var claimed = await Queue.ClaimAsync(10, CancellationToken.None);
        foreach (var row in claimed) await Delivery.RunAsync(row, stopping);
        return claimed.Count;
    }

    public async Task<OutboxState?> StateAsync(Guid eventId)
    {
        await using var connection = await _services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync();
        return await connection.QuerySingleOrDefaultAsync<OutboxState>("select attempts, last_error as LastError, dead_at is not null as IsDead from crm.outbox where event_id = @eventId", new { eventId });
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private async Task RunAsync(string sql, object? parameters = null)
    {
        await using var connection = await _services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync("select set_config('app.tenant_id', @tenant, true)", new { tenant = TenantId.ToString() }, transaction);
        await connection.ExecuteAsync(sql, parameters ?? new { TenantId }, transaction);
        await transaction.CommitAsync();
    }
}

internal sealed record OutboxState(int Attempts, string? LastError, bool IsDead);

/// <summary>Keeps what it is given, or does as it is told.</summary>
internal sealed class TestSink : IOutboxSink
{
    public const string SinkName = "test";

    public string Name => SinkName;

    public bool NeedsEvent { get; set; } = true;

    public List<OutboxMessage> Delivered { get; } = [];

    public Func<OutboxMessage, CancellationToken, Task> Act { get; set; } = (_, _) => Task.CompletedTask;

    public async Task DeliverAsync(OutboxMessage message, CancellationToken ct)
    {
        await Act(message, ct);
        Delivered.Add(message);
    }
}
