using Crm.Api.Tests.Fixture;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Crm.Api.Tests.Operations;

/// <summary>The service once more, on the same database, with settings of its own.</summary>
internal sealed class ConfiguredApi : IAsyncDisposable
{
    private readonly Factory _factory;

    public ConfiguredApi(CrmApi api, params (string Name, string Value)[] settings) : this(api, _ => { }, settings)
    {
    }

    public ConfiguredApi(CrmApi api, Action<IServiceCollection> services, params (string Name, string Value)[] settings)
    {
        api.Address.ShouldNotBeNull(); // its database runs and is in the environment
        _factory = new Factory(services, settings);
        _factory.UseKestrel(0);
        _factory.StartServer();
        Anonymous = new ApiClient(new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = _factory.ClientOptions.BaseAddress }, null);
    }

    public ApiClient Anonymous { get; }

    /// <summary>The service's own container.</summary>
    public IServiceProvider Services => _factory.Services;

    /// <summary>Gives the service this clock and no workers: they would do the others' work by a clock that is ahead.</summary>
    public static void Tells(IServiceCollection services, TimeProvider clock)
    {
        services.AddSingleton(clock);
        foreach (var worker in services.Where(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType?.Namespace?.StartsWith("Crm", StringComparison.Ordinal) == true).ToList()) services.Remove(worker);
    }

    public ValueTask DisposeAsync() => _factory.DisposeAsync();

    private sealed class Factory(Action<IServiceCollection> services, (string Name, string Value)[] settings) : WebApplicationFactory<Program>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            foreach (var (name, value) in settings) builder.UseSetting(name, value);
            builder.ConfigureTestServices(services);
        }
    }
}
