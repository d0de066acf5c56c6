using Crm.Api.Http;
using Crm.Application.Abstractions;

namespace Crm.Api;

/// <summary>What HTTP adds to the application, and the order requests pass through it.</summary>
internal static class ApiSetup
{
    public static IServiceCollection AddCrmApi(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddScoped<RequestContext>().AddScoped<IRequestContext>(p => p.GetRequiredService<RequestContext>());
        services.AddSingleton<RouteList>();
        return services;
    }

    public static void UseCrm(this WebApplication app)
    {
        app.UseMiddleware<RequestIdMiddleware>();
        app.UseMiddleware<ErrorMiddleware>();
        app.UseRouting();
        app.MapRoutes();
    }
}
