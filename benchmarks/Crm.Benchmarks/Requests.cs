using System.Text;
using System.Text.Json.Nodes;
using BenchmarkDotNet.Attributes;

namespace Crm.Benchmarks;

/// <summary>
/// Whole requests, from the first middleware to the last byte and with the database, one after the other. Look at the bytes: they are
/// the same on every machine. They are this process's, the database's are not among them.
/// </summary>
[MemoryDiagnoser]
public class Requests
{
    private const string Leads = "/api/v1/leads", List = "?status=NEW&value%5Bgte%5D=100&sort=-createdAt&take=50&count=none", Search = "?search=ada";
    private static readonly byte[] Lead = Encoding.UTF8.GetBytes("""
        {"name":"Ada Byron","email":"ada@example.com","phone":"+44 20 7946 0958","company":"Analytical Ltd","jobTitle":"Countess","status":"NEW","source":"REFERRAL",
         "value":{"amount":12500.50,"currency":"EUR"},"score":70,"notes":"Met at the fair","tags":["vip"]}
        """);

    private Service _service = null!;
    private string _token = null!;
    private string _one = null!;

    // Not async: in this process the setup would not be waited for.
    [GlobalSetup]
    public void Setup() => SetupAsync().GetAwaiter().GetResult();

    private async Task SetupAsync()
    {
        _service = await Service.StartAsync();
        var session = await _service.Server.TextAsync("POST", "/api/v1/auth/register", null,
            """{"organizationName":"Bench","fullName":"Ada Byron","email":"ada@example.com","password":"correct horse battery staple"}""");
        _token = "Bearer " + JsonNode.Parse(session)!["data"]!["accessToken"];
        for (var i = 0; i < 100; i++)
            _one = $"{Leads}/{JsonNode.Parse(await _service.Server.TextAsync("POST", Leads, _token, Encoding.UTF8.GetString(Lead)))!["data"]!["id"]}";
    }

    [Benchmark(Description = "read a lead by id")]
    public Task<int> Read() => Expect(200, _service.Server.SendAsync("GET", _one, "", _token));

    [Benchmark(Description = "list 50 leads, filtered")]
    public Task<int> ListLeads() => Expect(200, _service.Server.SendAsync("GET", Leads, List, _token));

    [Benchmark(Description = "search leads")]
    public Task<int> SearchLeads() => Expect(200, _service.Server.SendAsync("GET", Leads, Search, _token));

    [Benchmark(Description = "create a lead")]
    public Task<int> Create() => Expect(201, _service.Server.SendAsync("POST", Leads, "", _token, Lead));

    [GlobalCleanup]
    public void Cleanup() => _service.DisposeAsync().AsTask().GetAwaiter().GetResult();

    private static async Task<int> Expect(int wanted, Task<int> answer) =>
        await answer is var status && status == wanted ? status : throw new InvalidOperationException($"The answer is {status}.");
}
