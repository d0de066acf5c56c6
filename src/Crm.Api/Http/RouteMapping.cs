using Crm.Application.Records;
using Crm.Application.Resources;

namespace Crm.Api.Http;

/// <summary>Maps the routing tables to endpoints.</summary>
internal static class RouteMapping
{
    public static void MapRoutes(this WebApplication app)
    {
        var binders = app.Services.GetRequiredService<RecordBinders>();
        foreach (var route in app.Services.GetRequiredService<RouteList>().All)
        {
            var dispatcher = new Dispatcher(route, binders);
            app.MapMethods($"/api/v1/{route.Path}", route.Method == "GET" ? ["GET", "HEAD"] : [route.Method], (RequestDelegate)dispatcher.HandleAsync)
                .WithName(route.OperationId).WithDisplayName($"{route.Method} /api/v1/{route.Path}").WithMetadata(route, dispatcher);
        }
    }
}

/// <summary>The routing tables, read once.</summary>
internal sealed class RouteList(ResourceCatalog resources)
{
    public IReadOnlyList<Route> All { get; } = RouteTables.All(resources);
}
