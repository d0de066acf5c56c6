using Crm.Api.Http;

namespace Crm.Api.OpenApi;

/// <summary>The browsable reference at /docs: Swagger UI from the package's own assets, the guides, and a page for each error. It works without any other host.</summary>
internal static class Reference
{
    private static readonly PathMethods Others = new("GET, HEAD, OPTIONS", IsPublic: true);

    public static void UseReference(this WebApplication app)
    {
        // Whoever opens the service's address in a browser wants to know what it is.
        app.UseWhen(http => http.Request.Path.Value is "" or "/", root => root.Run(http =>
        {
            if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method)) return Others.AnswerAsync(http);
            http.Response.Redirect($"{http.Request.PathBase}/docs/index.html");
            return Task.CompletedTask;
        }));
        // A branch of its own: the package matches every request's path against a regular expression.
        app.UseWhen(http => http.Request.Path.StartsWithSegments("/docs"), docs => docs.Use((http, next) =>
        {
            http.Response.Headers.ContentSecurityPolicy = "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
            if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method)) return Others.AnswerAsync(http);
            return (ErrorPages.Find(http.Request.Path) ?? GuidePages.Find(http.Request.Path)) is { } page ? page.WriteAsync(http) : next(http);
        }).UseSwaggerUI(ui =>
        {
            ui.RoutePrefix = "docs";
            ui.DocumentTitle = "Crm API";
            ui.SwaggerEndpoint(OpenApiSetup.Address, "Crm API v1");
            ui.DefaultModelsExpandDepth(-1);
            ui.DocExpansion(Swashbuckle.AspNetCore.SwaggerUI.DocExpansion.None);
            ui.DisplayRequestDuration();
            ui.EnableDeepLinking();
            ui.EnableFilter();
            ui.EnablePersistAuthorization();
        }));
    }
}
