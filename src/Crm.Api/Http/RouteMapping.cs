using Crm.Api.Operations;
using Crm.Application.Records;
using Crm.Application.Resources;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Crm.Api.Http;

/// <summary>Maps the routing tables to endpoints.</summary>
internal static class RouteMapping
{
    private static readonly string[] Reads = ["GET", "HEAD"];

    public static void MapRoutes(this WebApplication app)
    {
        var services = app.Services;
        var (binders, compression, stopping) = (services.GetRequiredService<RecordBinders>(), services.GetRequiredService<Compression>(), services.GetRequiredService<Stopping>());
        foreach (var route in services.GetRequiredService<RouteList>().All)
        {
            var dispatcher = new Dispatcher(route, binders, compression, stopping.TooLate);
            app.MapMethods($"/api/v1/{route.Path}", route.Method == "GET" ? Reads : [route.Method], (RequestDelegate)dispatcher.HandleAsync)
                .WithName(route.OperationId).WithDisplayName($"{route.Method} /api/v1/{route.Path}").WithMetadata(route, dispatcher);
        }
    }

    /// <summary>Maps a read that is no route of the API; HEAD comes with it.</summary>
    public static void MapRead(this WebApplication app, string pattern, RequestDelegate handler) => app.MapMethods(pattern, Reads, handler);

    /// <summary>Gives every path mapped so far an answer to the methods it lacks, found from its endpoints; call it last.</summary>
    public static void MapOtherMethods(this WebApplication app)
    {
        var mapped = ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>();
        foreach (var path in mapped.GroupBy(e => Shape(e.RoutePattern), StringComparer.OrdinalIgnoreCase).ToList())
            if (PathMethods.Of([.. path]) is { } others)
                app.Map(path.First().RoutePattern, (RequestDelegate)others.AnswerAsync).WithDisplayName($"other methods of {path.First().RoutePattern.RawText}").WithMetadata(others);
    }

    /// <summary>Templates that differ in the names of parameters only are one path.</summary>
    private static string Shape(RoutePattern pattern) =>
        string.Join('/', pattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => part is RoutePatternLiteralPart literal ? literal.Content : "{}"))));
}

/// <summary>The routing tables, read once.</summary>
internal sealed class RouteList
{
    public RouteList(ResourceCatalog resources, IEnumerable<IEndpoints> tables)
    {
        var routes = new Routes(resources);
        foreach (var table in tables) table.Map(routes);
        (All, Groups) = (routes.All, routes.Groups);
    }

    public IReadOnlyList<Route> All { get; }

    /// <summary>What groups of routes are about, where no resource says it.</summary>
    public IReadOnlyDictionary<string, string> Groups { get; }
}
