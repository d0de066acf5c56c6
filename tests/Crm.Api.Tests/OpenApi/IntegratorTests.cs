using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.OpenApi;

/// <summary>The document in the hands of those who use it: a linter, a generator of types, a compiler, and a client that runs.</summary>
public sealed class IntegratorTests(CrmApi api)
{
    [Fact]
    public async Task The_linter_finds_nothing()
    {
        using var tools = await ToolsAsync();
        var (code, output) = await tools.RunAsync("redocly", "lint", "openapi.json", "--config", "redocly.yaml", "--format", "stylish");
        code.ShouldBe(0, output);
    }

    [Fact]
    public async Task A_TypeScript_client_compiles_against_the_generated_types_and_works()
    {
        using var tools = await ToolsAsync();
        // Without the last, what has a default could not be left out of a request.
        var (generated, said) = await tools.RunAsync("openapi-typescript", "openapi.json", "--output", "schema.ts", "--default-non-nullable=false");
        generated.ShouldBe(0, said);
        var (compiled, errors) = await tools.RunAsync("tsc", "--project", ".");
        compiled.ShouldBe(0, errors);
        var (ran, output) = await tools.RunAsync("node", "--input-type=module", "-e", "import { tour } from './out/client.js'; console.log(JSON.stringify(await tour(process.argv[1])));", api.Address.ToString().TrimEnd('/'));
        ran.ShouldBe(0, output);
        JsonNode.DeepEquals(JsonNode.Parse(output), JsonNode.Parse("""
            {"lead": "Grace Hopper", "version": 2, "total": 1, "owner": "Ada Byron", "found": 1, "deal": "Compiler", "amount": 12500.5, "refusal": "LEAD_ALREADY_CONVERTED"}
            """)).ShouldBeTrue(output);
    }

    [Fact]
    public void The_lock_file_has_digests_and_names_no_host()
    {
        var packages = JsonNode.Parse(File.ReadAllText(Repository.PathOf("tests", "contract", "package-lock.json")))!["packages"]!.AsObject().Where(p => p.Key.Length > 0).ToList();
        packages.ShouldNotBeEmpty();
        packages.ShouldAllBe(p => p.Value!["integrity"] != null && p.Value["resolved"] == null);
    }

    private async Task<NodeTools> ToolsAsync()
    {
        var tools = await NodeTools.ReadyAsync();
        await File.WriteAllBytesAsync(Path.Combine(tools.Folder, "openapi.json"), (await api.Anonymous.GetAsync("/openapi/v1.json")).ShouldBe(200).Body);
        return tools;
    }
}
