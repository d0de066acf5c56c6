using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.OpenApi;

/// <summary>The requests in docs/http do what they say, and each operation of the document is among them, in the file of its group.</summary>
public sealed class HttpFileTests(CrmApi api)
{
    [Fact]
    public async Task Every_operation_is_in_the_file_of_its_group_and_every_request_comes_back_as_told()
    {
        var contract = await Contract.OfAsync(api);
        var (wrong, called) = (new List<string>(), new HashSet<string>());
        foreach (var file in HttpFile.All()) wrong.AddRange(await file.RunAsync(api.Anonymous, contract, called));
        wrong.AddRange(contract.Operations.Where(o => !called.Contains($"{o.Group} {o.Id}")).Select(Missing));
        wrong.ShouldBeEmpty(string.Join('\n', wrong));
        TestContext.Current.TestOutputHelper?.WriteLine($"{HttpFile.All().Count()} files, {called.Count} operations.");
    }

    [Fact]
    public async Task A_file_that_is_wrong_is_reported()
    {
        var contract = await Contract.OfAsync(api);
        var file = new HttpFile("leads", """
            @api = {{host}}/api/v1

            ### Nobody may (200)
            GET {{api}}/leads

            ### There is no such thing (401)
            GET {{api}}/unicorns

            ### What comes back
            GET {{api}}/leads
            """);
        var wrong = await file.RunAsync(api.Anonymous, contract, new HashSet<string>());
        wrong.Count.ShouldBe(3);
        wrong[0].ShouldContain("Nobody may (200): GET /api/v1/leads -> 401");
        wrong[1].ShouldContain("GET /api/v1/unicorns is no operation");
        wrong[2].ShouldContain("does not end with the status");
    }

    /// <summary>Says what to write, ready to be pasted.</summary>
    private static string Missing(Operation operation)
    {
        var path = operation.Path["/api/v1".Length..].Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal);
        var body = operation.Example is { } example ? $"\nContent-Type: application/json\n\n{example.ToJsonString()}" : "";
        return $"docs/http/{operation.Group}.http lacks {operation.Id}:\n\n### {operation.Json["summary"]} ({operation.Statuses.First()})\n{operation.Method} {{{{api}}}}{path}\nAuthorization: Bearer {{{{token}}}}{body}\n";
    }
}
