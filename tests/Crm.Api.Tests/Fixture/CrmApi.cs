using Crm.Infrastructure.Persistence.Migrations;
using Crm.Infrastructure.Postgres;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Crm.Api.Tests.Postgres;
using Npgsql;

[assembly: AssemblyFixture(typeof(Crm.Api.Tests.Fixture.CrmApi))]

namespace Crm.Api.Tests.Fixture;

/// <summary>
/// The service over HTTP on a real PostgreSQL: one throw-away cluster for the run, fsync off. Each test registers a tenant of its
/// own, so all of them run side by side.
/// </summary>
public sealed class CrmApi : IAsyncLifetime
{
    /// <summary>The key of whoever runs the service.</summary>
    public const string PlatformKey = "only-whoever-runs-the-tests-knows-this-key";

    private readonly string _folder = Directory.CreateTempSubdirectory("crm-tests-").FullName;
    private EmbeddedCluster _cluster = null!;
    private WebApplicationFactory<Program> _factory = null!;

    /// <summary>The service's address.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>The application's login, for tests that go round the service.</summary>
    public string AppConnectionString => _cluster.AppConnectionString;

    /// <summary>The owner's login.</summary>
    public string OwnerConnectionString => _cluster.OwnerConnectionString;

    /// <summary>The data folder: .eml files, secrets.</summary>
    public string DataFolder => _folder;

    /// <summary>The other issuers whose tokens the service accepts.</summary>
    internal OutsideIssuers Issuers { get; private set; } = null!;

    /// <summary>The payment gateway.</summary>
    internal FakeStripe Stripe { get; private set; } = null!;

    /// <summary>The service's own container.</summary>
    public IServiceProvider Services => _factory.Services;

    /// <summary>A client without credentials.</summary>
    public ApiClient Anonymous { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        // Tests start services of their own on it, each with its workers and their connections.
        _cluster = await EmbeddedCluster.StartAsync(new EmbeddedClusterOptions { DataDir = _folder, Fsync = false, MaxConnections = 600 }, NullLogger.Instance);
        await new Migrator(_cluster.OwnerConnectionString).UpAsync();
        Environment.SetEnvironmentVariable("ConnectionStrings__Crm", _cluster.AppConnectionString);
        EndsWhatItBeganAttribute.Shared = _cluster.AppConnectionString;
        Environment.SetEnvironmentVariable("CRM_DATA_DIR", _folder);
        Environment.SetEnvironmentVariable("RateLimiting__Enabled", "false");
        Environment.SetEnvironmentVariable("Platform__AdminKey", PlatformKey);
        Stripe = await FakeStripe.StartAsync();
        Environment.SetEnvironmentVariable("Stripe__BaseUrl", Stripe.Address);
        Environment.SetEnvironmentVariable("Stripe__SecretKey", FakeStripe.PlatformKey);
        Environment.SetEnvironmentVariable("Stripe__WebhookSecret", FakeStripe.PlatformSecret);
        Issuers = OutsideIssuers.Configure(_folder);
        // Every test registers somebody: passwords are hashed as everywhere, but with fewer rounds.
        Environment.SetEnvironmentVariable("Passwords__Iterations", "1000");
        // Receivers of webhooks are on this machine.
        Environment.SetEnvironmentVariable("Webhooks__AllowedHosts", "127.0.0.1");
        Environment.SetEnvironmentVariable("ReadyMessage", "false");
        Environment.SetEnvironmentVariable("Logging__LogLevel__Default", "Warning");
        _factory = new WebApplicationFactory<Program>();
        _factory.UseKestrel(0);
        _factory.StartServer();
        Address = _factory.ClientOptions.BaseAddress;
        Anonymous = new ApiClient(new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 64, AllowAutoRedirect = false }) { BaseAddress = Address }, null);
    }

    /// <summary>A database of its own, migrated, beside the one all share: the connection string of the application's login.</summary>
    public async Task<string> NewDatabaseAsync()
    {
        var (owner, app) = await _cluster.NewDatabaseAsync();
        await new Migrator(owner).UpAsync();
        return new NpgsqlConnectionStringBuilder(app) { Pooling = true }.ConnectionString;
    }

    /// <summary>The administrator's login to a database of this server.</summary>
    public string AdministratorOf(string connectionString) => new NpgsqlConnectionStringBuilder(_cluster.SuperuserConnectionString)
    {
        Database = new NpgsqlConnectionStringBuilder(connectionString).Database, Pooling = false,
    }.ConnectionString;

    /// <summary>A new tenant and its owner.</summary>
    public async Task<TenantClient> TenantAsync(string? currency = null)
    {
        var tenant = await Anonymous.RegisterAsync();
        if (currency is not null) (await tenant.PatchAsync("/tenant", new { currency })).ShouldBe(200);
        return tenant;
    }

    public async ValueTask DisposeAsync()
    {
        await _factory.DisposeAsync();
        await _cluster.DisposeAsync();
        await Stripe.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
