using Crm.Api.Http;
using Crm.Application.Abstractions;
using Crm.Application.Resources;
using Crm.Infrastructure.Identity;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Crm.Api.OpenApi;

/// <summary>The OpenAPI document and where it is served.</summary>
internal static class OpenApiSetup
{
    public const string Address = "/openapi/v1.json";

    public static IServiceCollection AddCrmOpenApi(this IServiceCollection services)
    {
        services.AddOpenApi("v1", options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.AddDocumentTransformer<ContractDocument>();
        });
        return services;
    }

    public static void MapOpenApiDocument(this WebApplication app)
    {
        // Nothing in it depends on the request: made when first asked for, then the same for everybody.
        var document = new Lazy<Task<StaticContent>>(async () => new StaticContent("application/json; charset=utf-8", await WriteAsync(app.Services)));
        app.MapRead(Address, async http => await (await document.Value).WriteAsync(http));
    }

    private static async Task<byte[]> WriteAsync(IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        var document = await scope.ServiceProvider.GetRequiredKeyedService<IOpenApiDocumentProvider>("v1").GetOpenApiDocumentAsync();
        using var text = new StringWriter(System.Globalization.CultureInfo.InvariantCulture);
        document.SerializeAsV31(new OpenApiJsonWriter(text, new OpenApiJsonWriterSettings { Terse = true }));
        return System.Text.Encoding.UTF8.GetBytes(text.ToString());
    }
}

/// <summary>Fills the document from the routing tables and the declarations of resources: nothing is described twice.</summary>
internal sealed class ContractDocument(EndpointDataSource endpoints, ResourceCatalog resources, RouteList list, FileRules files) : IOpenApiDocumentTransformer
{
    private const string About = """
        One contract for every resource: the envelope `{success, data, message, meta}`, errors as `application/problem+json` with a stable `code`,
        ETags and `If-Match` on every record, `Idempotency-Key` on every write.

        **Begin.** `POST /api/v1/auth/register` makes an organization and signs you in; put its `accessToken` into *Authorize* above (a program puts
        an API key there), and every operation can be tried out. [All errors](/docs/errors) have a page, which a problem's `type` names.
        [Guides](/docs/guides) tell how things go together: lists, retries, selling, invoices and payments, events and webhooks, rules.

        **Every path** answers `HEAD` where it has `GET`, and `OPTIONS` with its methods. Answers come compressed (br, gzip) to whoever asks for it,
        except single records and secrets; bodies may be sent compressed (`Content-Encoding: gzip` or `br`).

        **Filters.** Every member marked as filterable is a query parameter: `status=NEW,CONTACTED` (a comma is any of, for choices, ids and tags),
        or with an operator in brackets: `value[gte]=1000`, `createdAt[lt]=2026-01-01T00:00:00Z`, `name[contains]=smith`, `email[null]=true`.
        Operators: `eq ne lt lte gt gte in nin contains startsWith null between under`; the parameters listed are the common ones of each member, the others
        (`[ne]`, `[in]`, `[nin]`, `[between]`) work likewise. The members your organization has defined (`GET /custom-fields`) filter as `customFields.tier=gold` and
        `customFields.amount[gte]=10`, and take part in `sort`, `fields`, `search` and the filter tree under the same names. What an operation does not know is refused with 400 `INVALID_QUERY`, never ignored.
        """;

    private string? AboutGroup(string name, Descriptions descriptions) => list.Groups.GetValueOrDefault(name)
        ?? (resources.All.Where(r => r.Path == name || r.Path.StartsWith(name + "/", StringComparison.Ordinal)).MinBy(r => r.Path.Length) is { } resource ? descriptions.Of(resource.Aggregate) : null);

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo { Title = "Crm API", Version = "v1", Description = About, License = new OpenApiLicense { Name = "MIT", Identifier = "MIT" } };
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Paths = [];
        document.Components = new OpenApiComponents
        {
            SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                ["bearer"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", BearerFormat = "JWT", Description = "The accessToken of /auth/register, /auth/login or /auth/refresh." },
                ["apiKey"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = "X-Api-Key", Description = "A key of POST /api-keys, for programs. Send it instead of a token, not with one." },
                ["platformKey"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = PlatformKey.Header, Description = "The key of whoever runs the service, for /platform alone." },
            },
        };
        var descriptions = new Descriptions(new DocComments());
        var schemas = new Schemas(document, descriptions);
        var examples = new Examples(resources, schemas);
        var types = new TypeSchemas(schemas, descriptions);
        var operations = new Operations(document, schemas, types, new RecordSchemas(schemas, types, resources, examples, descriptions), examples, descriptions, files);
        var routes = endpoints.Endpoints.Select(e => (Route: e.Metadata.GetMetadata<Http.Route>(), Dispatcher: e.Metadata.GetMetadata<Dispatcher>())).Where(e => e.Route is not null).ToList();
        document.Tags = routes.Select(r => r.Route!.Tag).Distinct().Order(StringComparer.Ordinal).Select(t => new OpenApiTag { Name = t, Description = AboutGroup(t, descriptions) }).ToHashSet();
        foreach (var (route, dispatcher) in routes)
        {
            var path = "/api/v1/" + route!.Path;
            if (!document.Paths.TryGetValue(path, out var item)) document.Paths[path] = item = new OpenApiPathItem { Operations = [] };
            ((OpenApiPathItem)item).Operations!.Add(new HttpMethod(route.Method), operations.Of(route, dispatcher!.Factory));
        }
        return Task.CompletedTask;
    }
}
