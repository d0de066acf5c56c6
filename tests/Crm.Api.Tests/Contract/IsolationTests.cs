using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;
using Npgsql;

namespace Crm.Api.Tests.Contract;

/// <summary>No tenant sees another: every route of the document called as a stranger, and the database asked behind the service's back.</summary>
public sealed class IsolationTests(CrmApi api)
{
    [Fact]
    public async Task Every_route_with_an_id_answers_a_stranger_404_and_leaves_the_record_alone()
    {
        var (mine, stranger) = (await api.TenantAsync(), await api.TenantAsync());
        var document = (await api.Anonymous.GetAsync("/openapi/v1.json")).ShouldBe(200).Json;
        var called = 0;
        foreach (var (path, item) in document["paths"]!.AsObject())
        {
            if (!path.Contains("{id}", StringComparison.Ordinal)) continue;
            var list = path[..path.IndexOf("/{id}", StringComparison.Ordinal)];
            var record = await ExampleAsync(mine, document, list);
            if (record is null) continue;
            foreach (var (method, operation) in item!.AsObject())
            {
                if (method is "parameters" or "head" or "options") continue;
                var url = path.Replace("{id}", (string)record["id"]!);
                var body = method is "post" or "put" or "patch" ? Body(document, operation!) ?? new JsonObject() : null;
                var reply = await stranger.SendAsync(method.ToUpperInvariant(), url, body);
                reply.Status.ShouldBe(404, reply.ToString());
                reply.Text.ShouldNotContain((string?)record["name"] ?? (string?)record["title"] ?? "\u0001");
                called++;
            }
            (await mine.GetAsync($"{list}/{record["id"]}")).ShouldBe(200).Data["version"]?.ToString().ShouldBe(record["version"]?.ToString());
        }
        called.ShouldBeGreaterThan(60);
        TestContext.Current.TestOutputHelper?.WriteLine($"{called} operations called as a stranger, all 404.");
    }

    [Fact]
    public async Task Lists_searches_counts_events_and_reports_show_a_stranger_nothing()
    {
        var (mine, stranger) = (await api.TenantAsync(), await api.TenantAsync());
        var document = (await api.Anonymous.GetAsync("/openapi/v1.json")).ShouldBe(200).Json;
        foreach (var (path, item) in document["paths"]!.AsObject())
        {
            if (path.Contains('{') || item!["get"] is not { } get || get["responses"]!["101"] is not null || path.Contains("/auth/") || !path.StartsWith("/api/", StringComparison.Ordinal) || get["security"]!.AsArray().Any(s => s!["platformKey"] is not null)) continue;
            if (item["post"] is not null) await ExampleAsync(mine, document, path);
            var required = get["parameters"]?.AsArray().Where(p => p!["required"]?.GetValue<bool>() == true && (string?)p["in"] == "query").Select(p => $"{p!["name"]}={p["example"] ?? p["schema"]!["example"] ?? p["schema"]!["enum"]?[0]}");
            var reply = await stranger.GetAsync($"{path}?{string.Join('&', required ?? [])}".TrimEnd('?'));
            // What looks for one record finds none.
            reply.Status.ShouldBeOneOf([200, .. get["responses"]!["404"] is null || item["post"] is not null ? (int[])[] : [404]], reply.ToString());
            reply.Text.ShouldNotContain(mine.Id.ToString());
            reply.Text.ShouldNotContain(mine.UserId.ToString());
        }
    }

    [Fact]
    public async Task Without_a_tenant_every_table_and_view_of_a_tenant_is_empty()
    {
        var tenant = await api.TenantAsync();
        await tenant.LeadAsync();
        await using var connection = new NpgsqlConnection(api.AppConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        var tables = new List<string>();
        // Which tables are a tenant's is classified, and held, by the tests of the schema.
        await using (var list = new NpgsqlCommand("select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace where (n.nspname = 'crm' and c.relrowsecurity) or (n.nspname = 'crm_read' and c.relkind = 'v')", connection))
        await using (var reader = await list.ExecuteReaderAsync(TestContext.Current.CancellationToken))
            while (await reader.ReadAsync(TestContext.Current.CancellationToken)) tables.Add(reader.GetString(0));
        tables.Count.ShouldBeGreaterThan(30);
        foreach (var table in tables)
        {
            await using var count = new NpgsqlCommand($"select count(*) from {table}", connection);
            ((long)(await count.ExecuteScalarAsync(TestContext.Current.CancellationToken))!).ShouldBe(0, table);
        }
    }

    [Fact]
    public async Task A_row_for_another_tenant_is_refused_by_the_database()
    {
        var (mine, other) = (await api.TenantAsync(), await api.TenantAsync());
        await using var connection = new NpgsqlConnection(api.AppConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var insert = new NpgsqlCommand($"begin; select set_config('app.tenant_id', '{mine.Id}', true); insert into crm.leads (tenant_id, id, name, status, source, version, created_at, updated_at) values ('{other.Id}', gen_random_uuid(), 'x', 'NEW', 'OTHER', 1, now(), now())", connection);
        (await Should.ThrowAsync<PostgresException>(() => insert.ExecuteNonQueryAsync(TestContext.Current.CancellationToken))).SqlState.ShouldBe("42501");
    }

    [Fact]
    public async Task A_reference_to_another_tenants_record_is_as_good_as_none()
    {
        var (mine, other) = (await api.TenantAsync(), await api.TenantAsync());
        (await mine.PostAsync("/leads", new { name = "x", ownerId = other.UserId })).ShouldFail(422, "UNPROCESSABLE").Errors.ContainsKey("ownerId").ShouldBeTrue();
    }

    /// <summary>A record made from the document's own example.</summary>
    private async Task<JsonNode?> ExampleAsync(TenantClient tenant, JsonNode document, string list)
    {
        if (document["paths"]![list]?["post"] is null || list.EndsWith("/audit", StringComparison.Ordinal)) return null;
        var contract = await OpenApi.Contract.OfAsync(api);
        return (await new OpenApi.Scene(contract, tenant).CallAsync(contract.Operations.Single(o => o.Method == "POST" && o.Path == list))).ShouldBe(201).Data;
    }

    private static JsonNode? Body(JsonNode document, JsonNode operation)
    {
        var content = operation["requestBody"]?["content"]?.AsObject().FirstOrDefault().Value;
        var example = content?["example"] ?? content?["examples"]?.AsObject().FirstOrDefault().Value?["value"];
        return example?.DeepClone();
    }
}
