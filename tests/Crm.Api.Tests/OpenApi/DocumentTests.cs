using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Crm.Api.Http;
using Crm.Api.Tests.Fixture;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;

namespace Crm.Api.Tests.OpenApi;

public sealed partial class DocumentTests(CrmApi api)
{
    [Fact]
    public async Task The_document_is_valid_OpenAPI_3_1()
    {
        var reply = (await api.Anonymous.GetAsync("/openapi/v1.json")).ShouldBe(200);
        ((string?)reply.Json["openapi"]).ShouldStartWith("3.1");
        var read = OpenApiDocument.Parse(reply.Text, "json");
        read.Diagnostic!.Errors.ShouldBeEmpty();
        read.Diagnostic.Warnings.ShouldBeEmpty();
        read.Document!.Validate(ValidationRuleSet.GetDefaultRuleSet()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_route_is_an_operation()
    {
        var contract = await Contract.OfAsync(api);
        var routes = api.Services.GetRequiredService<RouteList>().All.Select(r => $"{r.Method} /api/v1/{r.Path}");
        contract.Operations.Select(o => $"{o.Method} {o.Path}").Order().ShouldBe(routes.Order());
    }

    [Fact]
    public async Task Every_operation_is_complete()
    {
        var contract = await Contract.OfAsync(api);
        var wrong = contract.Operations.SelectMany(Incomplete).ToList();
        wrong.ShouldBeEmpty(string.Join('\n', wrong));
        contract.Operations.Select(o => o.Id).ShouldBeUnique();
    }

    [Fact]
    public async Task Everything_is_described_in_words()
    {
        var contract = await Contract.OfAsync(api);
        var wrong = contract.Json["tags"]!.AsArray().Where(Silent).Select(t => $"The group {t!["name"]} is not described: routes.About(…) says what it is about.").ToList();
        foreach (var operation in contract.Operations)
        {
            if (Silent(operation.Json)) wrong.Add($"{operation.Id} is not described: the XML summary of its request says what it does.");
            wrong.AddRange(operation.Parameters.Where(Silent).Select(p => $"{operation.Id} does not describe {p["name"]}: a <param> of its request does."));
        }
        foreach (var (name, schema) in contract.Json["components"]!["schemas"]!.AsObject())
        {
            if (Silent(schema)) wrong.Add($"{name} is not described: its XML summary does.");
            wrong.AddRange((schema!["properties"]?.AsObject() ?? []).Where(p => Silent(p.Value) && Silent(contract.Schemas.Resolve(p.Value!))).Select(p => $"{name} does not describe {p.Key}: a <param> or the property's XML summary does."));
        }
        wrong.ShouldBeEmpty(string.Join('\n', wrong));
    }

    [Fact]
    public async Task Every_example_fits_its_schema()
    {
        var contract = await Contract.OfAsync(api);
        var wrong = (from operation in contract.Operations
                     from media in Media(contract, operation)
                     from example in Examples(contract, media.Json)
                     from error in contract.Schemas.Check(media.Json["schema"], example)
                     select $"{operation.Id} {media.Where}: {error}").Distinct().ToList();
        wrong.ShouldBeEmpty(string.Join('\n', wrong));
    }

    [Fact]
    public async Task If_Match_is_spoken_of_where_it_is_taken()
    {
        var contract = await Contract.OfAsync(api);
        contract.Operations.Where(o => ((string?)o.Json["description"])!.Contains("`If-Match`", StringComparison.Ordinal) && !o.Parameters.Any(p => (string?)p["name"] == "If-Match"))
            .Select(o => o.Id).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("leads", "Lead", """{"name":"Ada"}""")]
    [InlineData("customers", "Customer", """{"name":"Ada"}""")]
    [InlineData("products", "Product", """{"name":"Mill","sku":"M-1"}""")]
    [InlineData("tasks", "Task", """{"title":"Call"}""")]
    [InlineData("custom-fields", "CustomField", """{"entity":"leads","name":"tier","type":"TEXT"}""")]
    public async Task A_new_record_has_the_defaults_that_are_told(string resource, string schema, string body)
    {
        var (contract, tenant) = (await Contract.OfAsync(api), await api.TenantAsync());
        var told = contract.Json["components"]!["schemas"]![$"{schema}Input"]!["properties"]!.AsObject().Where(p => p.Value!["default"] is not null).ToDictionary(p => p.Key, p => p.Value!["default"]!.ToJsonString());
        told.ShouldNotBeEmpty();
        var record = (await tenant.PostAsync($"/{resource}", JsonNode.Parse(body)!)).ShouldBe(201).Data;
        told.Keys.ToDictionary(name => name, name => record[name]!.ToJsonString()).ShouldBe(told);
    }

    [Fact]
    public async Task The_reference_needs_no_other_host()
    {
        (await api.Anonymous.GetAsync("/docs")).Header("Location").ShouldBe("docs/index.html");
        (await api.Anonymous.GetAsync("/")).Header("Location").ShouldBe("/docs/index.html");
        var page = (await api.Anonymous.GetAsync("/docs/index.html")).ShouldBe(200);
        page.Text.ShouldNotContain("http://");
        page.Text.ShouldNotContain("https://");
        page.Header("Content-Security-Policy").ShouldStartWith("default-src 'self'");
        foreach (var asset in new[] { "swagger-ui.css", "index.css", "swagger-ui-bundle.js", "swagger-ui-standalone-preset.js", "index.js", "favicon-32x32.png" })
            (await api.Anonymous.GetAsync($"/docs/{asset}")).ShouldBe(200);
    }

    [Fact]
    public async Task Every_error_leads_to_a_page_that_explains_it()
    {
        var contract = await Contract.OfAsync(api);
        var index = (await api.Anonymous.GetAsync("/docs/errors")).ShouldBe(200).Text;
        foreach (var code in contract.Json["components"]!["schemas"]!["Problem"]!["properties"]!["code"]!["enum"]!.AsArray().Select(c => (string)c!))
        {
            var page = (await api.Anonymous.GetAsync($"/docs/errors/{code}")).ShouldBe(200);
            page.Header("Content-Type").ShouldBe("text/html; charset=utf-8");
            page.Header("Content-Security-Policy").ShouldStartWith("default-src 'self'");
            page.Text.ShouldContain($"<code>{code}</code>");
            page.Text.ShouldNotContain("://");
            index.ShouldContain($"/docs/errors/{code}\"");
        }
        ((string?)(await api.Anonymous.GetAsync("/leads")).ShouldFail(401, "UNAUTHENTICATED").Json["type"]).ShouldBe("/docs/errors/UNAUTHENTICATED");
        (await api.Anonymous.GetAsync("/docs/errors/NO_SUCH_CODE")).ShouldFail(404, "NOT_FOUND");
    }

    [Fact]
    public async Task The_guides_are_pages_that_lead_to_each_other()
    {
        var (waiting, pages, links) = (new Queue<string>(["/docs/guides"]), new Dictionary<string, string>(), new HashSet<string>());
        while (waiting.TryDequeue(out var path))
        {
            if (pages.ContainsKey(path)) continue;
            var page = (await api.Anonymous.GetAsync(path)).ShouldBe(200);
            (page.Header("Content-Type"), page.Text.Contains("<script", StringComparison.OrdinalIgnoreCase)).ShouldBe(("text/html; charset=utf-8", false), path);
            pages[path] = page.Text;
            foreach (var link in Link().Matches(page.Text).Select(m => m.Groups[1].Value).Select(to => to.StartsWith('#') ? path + to : to))
                if (!link.StartsWith("/docs/guides", StringComparison.Ordinal)) (link is "/docs/errors" or "/docs/index.html" || link.StartsWith("https://", StringComparison.Ordinal)).ShouldBeTrue($"{path}: {link}");
                else if (links.Add(link)) waiting.Enqueue(link.Split('#')[0]);
        }
        foreach (var (page, place) in links.Where(l => l.Contains('#', StringComparison.Ordinal)).Select(l => l.Split('#')).Select(l => (l[0], l[1]))) pages[page].ShouldContain($"id=\"{place}\"", customMessage: page);
        var guides = Directory.GetFiles(Repository.PathOf("docs", "api"), "*.md").Select(f => Path.GetFileNameWithoutExtension(f)!);
        guides.Select(g => g == "README" ? "/docs/guides" : $"/docs/guides/{g}").Except(pages.Keys).ShouldBeEmpty("no guide leads there");
        (await api.Anonymous.GetAsync("/docs/guides/lists")).Text.ShouldContain("<h1 id=\"lists-and-filters\">");
        (await api.Anonymous.GetAsync("/docs/guides/nowhere")).ShouldFail(404, "NOT_FOUND");
    }

    [GeneratedRegex("href=\"([^\"]*)\"")]
    private static partial Regex Link();

    private static bool Silent(JsonNode? node) => string.IsNullOrWhiteSpace((string?)node!["description"]);

    private static IEnumerable<string> Incomplete(Operation operation)
    {
        if (string.IsNullOrWhiteSpace((string?)operation.Json["summary"])) yield return $"{operation.Id} has no summary";
        if (operation.Json["tags"] is not JsonArray { Count: > 0 }) yield return $"{operation.Id} has no tag";
        foreach (var name in operation.Path.Split('/').Where(p => p.StartsWith('{')).Select(p => p.Trim('{', '}')))
            if (!operation.Parameters.Any(p => (string)p["in"]! == "path" && (string)p["name"]! == name)) yield return $"{operation.Id} does not describe {name}";
        foreach (var parameter in operation.Parameters)
            if (parameter["schema"] is null) yield return $"{operation.Id} does not type {parameter["name"]}";
        if (!operation.Statuses.Any(s => s.StartsWith('2') || s == "101")) yield return $"{operation.Id} has no success";
        foreach (var status in (string[])["400", "406", "429", "500", "503"])
            if (!operation.Statuses.Contains(status)) yield return $"{operation.Id} lacks {status}";
        if (!operation.IsPublic && !operation.Statuses.Contains("401")) yield return $"{operation.Id} lacks 401";
        if (operation.Body is not null && operation.Body["schema"] is null) yield return $"{operation.Id} does not type its body";
    }

    private static IEnumerable<(string Where, JsonNode Json)> Media(Contract contract, Operation operation)
    {
        foreach (var (type, media) in operation.Json["requestBody"]?["content"]?.AsObject() ?? []) yield return ($"request {type}", media!);
        foreach (var (status, response) in operation.Json["responses"]!.AsObject())
            foreach (var (type, media) in contract.Schemas.Resolve(response!)["content"]?.AsObject() ?? []) yield return ($"{status} {type}", media!);
    }

    /// <summary>The media type's own example or examples, else its schema's.</summary>
    private static IEnumerable<JsonNode?> Examples(Contract contract, JsonNode media) => media["examples"] is JsonObject named ? named.Select(e => e.Value!["value"])
        : [media["example"] ?? contract.Schemas.Resolve(media["schema"]!)["examples"]?[0] ?? new JsonObject()];
}
