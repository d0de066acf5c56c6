using System.Net;
using Microsoft.AspNetCore.HttpOverrides;

namespace Crm.Api.Operations;

/// <summary>The HTTP server's own limits, what it believes of proxies, and which other origins may call from a browser.</summary>
internal static class ServerSetup
{
    /// <summary>
    /// Far more than any route takes: the routes' own limits refuse, and the server throws the rest away for a few seconds, so that a
    /// client still sending gets to read the 413. Beyond this the connection is cut.
    /// </summary>
    private const long LargestBody = 128 << 20;

    /// <summary>What a browser's script may read besides the headers that every answer shows.</summary>
    private static readonly string[] Exposed = ["ETag", "Location", "X-Request-Id", "Retry-After", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset",
        "Idempotent-Replayed", "WWW-Authenticate", "Allow", "Accept-Encoding", "Deprecation", "Sunset", "Link", "Accept-Ranges", "Content-Range", "Content-Disposition", "Repr-Digest"];

    public static void Configure(WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestBody;
            kestrel.Limits.MaxRequestLineSize = 16 << 10;
            kestrel.Limits.MaxRequestHeadersTotalSize = 32 << 10;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(130);
        });
        builder.Services.AddSingleton<Stopping>().AddHostedService(p => p.GetRequiredService<Stopping>());
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Stopping.Longest(builder.Configuration));
        builder.Services.AddHsts(hsts => hsts.MaxAge = TimeSpan.FromDays(365));
        var proxies = List(builder.Configuration, "ForwardedHeaders:KnownProxies");
        if (proxies.Length > 0) builder.Services.Configure<ForwardedHeadersOptions>(options => Trust(options, proxies));
        var origins = List(builder.Configuration, "Cors:Origins");
        if (origins.Length > 0) builder.Services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
            .WithOrigins(origins).AllowAnyHeader().AllowAnyMethod().SetPreflightMaxAge(TimeSpan.FromHours(1))
            .WithExposedHeaders(Exposed)));
    }

    /// <summary>What concerns the connection rather than the request, before everything else.</summary>
    public static void UseServerSetup(this WebApplication app)
    {
        if (List(app.Configuration, "ForwardedHeaders:KnownProxies").Length > 0) app.UseForwardedHeaders();
        if (app.Environment.IsProduction()) app.UseHsts(); // answers over https only
    }

    public static void UseCorsIfConfigured(this WebApplication app)
    {
        if (List(app.Configuration, "Cors:Origins").Length == 0) return;
        app.Use((http, next) =>
        {
            http.Response.OnStarting(VaryByOriginAsync, http.Response);
            return next(http);
        });
        app.UseCors();
    }

    /// <summary>The framework leaves it out where the origin is refused or the only one; a cache would then give one origin's answer to another.</summary>
    private static Task VaryByOriginAsync(object response)
    {
        var headers = ((HttpResponse)response).Headers;
        if (!headers.Vary.Contains("Origin")) headers.Append("Vary", "Origin");
        return Task.CompletedTask;
    }

    private static void Trust(ForwardedHeadersOptions options, string[] proxies)
    {
        options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in proxies)
            if (proxy.Contains('/')) options.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(proxy));
            else options.KnownProxies.Add(IPAddress.Parse(proxy));
    }

    /// <summary>A list as JSON or, handier in an environment variable, separated by commas.</summary>
    private static string[] List(IConfiguration configuration, string key) =>
        configuration.GetSection(key).Get<string[]>() is { Length: > 0 } items
            ? items
            : (configuration[key] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
