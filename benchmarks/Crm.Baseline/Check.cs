using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Crm.Baseline;

/// <summary>Compares what service and baseline answer, byte for byte: a ratio between two different answers would say nothing.</summary>
internal static class Check
{
    private const string Lead = """
        {"name":"Zoë Müller-Наýkova","email":"zoe.mueller@example.com","phone":"+49 30 901820","company":"Müller & Söhne \"GmbH\"","jobTitle":"CFO","status":"CONTACTED","source":"EVENT",
         "value":{"amount":1250.5,"currency":"EUR"},"score":42,"notes":"Met at the fair\n<b>call</b>","tags":["fair","dach"]}
        """;

    /// <summary>0 when every answer is the same; otherwise says which is not.</summary>
    public static async Task<int> RunAsync(string service, string baseline, string token)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var first = JsonNode.Parse(await Body(client, $"{service}{Reads.Path}?take=5&skip=70&count=none"))!["data"]!.AsArray();
        string[] paths =
        [
            .. first.Select(lead => $"/{lead!["id"]}"),
            "?status=QUALIFIED&value%5Bgte%5D=1000&sort=-createdAt&take=50&count=none",
            "?status=LOST&value%5Bgte%5D=49000.5&sort=-createdAt&take=50&count=none",
            .. first.Select(lead => $"?search={Uri.EscapeDataString((string)lead!["name"]!)}"),
            .. first.Select(lead => $"?search={Uri.EscapeDataString(((string)lead!["name"]!).Split(' ')[^1])}"),
        ];
        foreach (var path in paths)
        {
            var (ours, bare) = (await Body(client, service + Reads.Path + path), await Body(client, baseline + Reads.Path + path));
            if (ours != bare) return Differ("GET " + path, ours, bare);
        }
        var (created, plain) = (await CreateAsync(client, service), await CreateAsync(client, baseline));
        return created == plain ? 0 : Differ("POST", created, plain);
    }

    private static async Task<string> CreateAsync(HttpClient client, string address)
    {
        using var answer = await client.PostAsync(address + Reads.Path, new StringContent(Lead.ReplaceLineEndings(""), Encoding.UTF8, "application/json"));
        var text = await answer.Content.ReadAsStringAsync();
        if ((int)answer.StatusCode != 201) throw new InvalidOperationException($"{address} answers {(int)answer.StatusCode}: {text}");
        // What no two records share.
        var json = JsonNode.Parse(text)!;
        foreach (var member in (string[])["id", "createdAt", "updatedAt"]) json["data"]![member] = null;
        return json.ToJsonString();
    }

    private static async Task<string> Body(HttpClient client, string address)
    {
        using var answer = await client.GetAsync(address);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? text : throw new InvalidOperationException($"{address} answers {(int)answer.StatusCode}: {text}");
    }

    private static int Differ(string request, string service, string baseline)
    {
        Console.Error.WriteLine($"Service and baseline answer {request} differently.\nservice:  {Short(service)}\nbaseline: {Short(baseline)}");
        return 1;
    }

    private static string Short(string text) => text.Length > 2_000 ? text[..2_000] + " …" : text;
}
