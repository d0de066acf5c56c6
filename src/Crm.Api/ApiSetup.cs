using Crm.Api.Auth;
using Crm.Api.Http;
using Crm.Api.OpenApi;
using Crm.Api.Operations;
using Crm.Api.Streams;
using Crm.Application.Abstractions;
using Crm.Infrastructure.Identity;

namespace Crm.Api;

/// <summary>What HTTP adds to the application, and the order requests pass through it.</summary>
internal static class ApiSetup
{
    public static IServiceCollection AddCrmApi(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddScoped<RequestContext>().AddTransient<IRequestContext>(p => p.GetRequiredService<RequestContext>());
        services.AddRouteTables().AddSingleton<Compression>();
        services.AddSingleton(PlatformKey.Of(configuration)).AddSingleton<Credentials>().AddSingleton<FailedCredentials>();
        services.AddSingleton<LiveFeed>();
        services.AddCrmHealth(configuration);
        services.AddCrmOpenApi();
        return services;
    }

    public static void UseCrm(this WebApplication app)
    {
        app.UseServerSetup();
        app.UseMiddleware<RequestIdMiddleware>();
        app.UseMiddleware<RequestMonitor>();
        app.UseMiddleware<ErrorMiddleware>();
        app.UseReference();
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(15), KeepAliveTimeout = TimeSpan.FromSeconds(30) });
        app.UseRouting();
        app.UseCorsIfConfigured();
        app.UseMiddleware<AuthenticationMiddleware>();
        app.UseMiddleware<RateLimit>();
        app.MapRoutes();
        app.MapHealth();
        app.MapMetrics();
        app.MapOpenApiDocument();
        app.MapOtherMethods();
    }
}
