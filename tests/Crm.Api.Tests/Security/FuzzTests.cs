using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.OpenApi;

namespace Crm.Api.Tests.Security;

/// <summary>Whatever is sent, the answer is no 5xx and is one that the document describes.</summary>
public sealed class FuzzTests(CrmApi api)
{
    private const int Seed = 20261121;
    private const int Workers = 4;
    private const int Requests = 10_000;
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.All, RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1 }) { BaseAddress = api.Address };

    [Fact]
    public async Task Ten_thousand_generated_requests_get_described_answers_and_no_5xx()
    {
        var contract = await OpenApi.Contract.OfAsync(api);
        var (wrong, statuses) = (new ConcurrentQueue<string>(), new ConcurrentDictionary<int, int>());
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(() => WorkAsync(contract, worker, wrong, statuses))));
        TestContext.Current.TestOutputHelper?.WriteLine($"{statuses.Values.Sum()} requests with seed {Seed}: "
            + string.Join(", ", statuses.OrderBy(s => s.Key).Select(s => $"{s.Value} × {s.Key}")) + $"; {wrong.Count} wrong answers.");
        wrong.ShouldBeEmpty(string.Join('\n', wrong.Take(30)));
        statuses.Values.Sum().ShouldBe(Requests);
        // It would prove little if nothing got past the first check.
        statuses.Where(s => s.Key < 300).Sum(s => s.Value).ShouldBeGreaterThan(Requests / 20);
    }

    private async Task WorkAsync(OpenApi.Contract contract, int worker, ConcurrentQueue<string> wrong, ConcurrentDictionary<int, int> statuses)
    {
        var fuzzer = new Fuzzer(contract, new Random(Seed + worker));
        var tenant = await api.TenantAsync();
        fuzzer.Enter(tenant);
        for (var i = 0; i < Requests / Workers; i++)
        {
            FuzzedRequest request;
            try
            {
                request = await fuzzer.NextAsync();
            }
            catch (ShouldAssertException)
            {
                // Earlier requests have spoilt this tenant: what the examples refer to is gone, or its owner demoted himself.
                fuzzer.Enter(tenant = await api.TenantAsync());
                request = await fuzzer.NextAsync();
            }
            var reply = await SendAsync(tenant, request);
            statuses.AddOrUpdate(reply.Status, 1, (_, n) => n + 1);
            foreach (var error in Judge(request, reply)) wrong.Enqueue($"worker {worker}, request {i}: {error}\n    {request}");
            if (reply.Status == 404) fuzzer.Forget(request);
            // Some requests end the session they are made in, or ask for a second factor from then on.
            if ((reply.Status == 401 || (reply.Status == 403 && reply.Text.Contains("second factor", StringComparison.Ordinal))) && !request.Headers.Any(h => h.Name is "Authorization" or "X-Api-Key") && request.Operation is not ({ IsPublic: true } or { IsPlatform: true }))
                fuzzer.Enter(tenant = await api.TenantAsync());
        }
    }

    private static IEnumerable<string> Judge(FuzzedRequest request, Reply reply)
    {
        if (reply.Status >= 500) return [$"{reply.Status} {reply.Text}"];
        if (reply.Text.Contains("Npgsql", StringComparison.Ordinal) || reply.Text.Contains("   at ", StringComparison.Ordinal)) return [$"tells of its inside: {reply.Text}"];
        // The server itself refuses what is no HTTP, with nothing but the status.
        if (reply.Status is 400 or 414 or 431 && reply.Body.Length == 0) return [];
        // fields= answers exactly these members: the others are not missing.
        var partial = request.Target.Contains("fields", StringComparison.Ordinal);
        if (request.Operation is { } operation) return operation.Check(reply).Where(e => !partial || !(e.EndsWith(" is missing", StringComparison.Ordinal) || e.EndsWith(" lacks ETag", StringComparison.Ordinal)));
        return reply.Status is 200 or 201 or 204 || reply.Body.Length == 0 || reply.Header("Content-Type").StartsWith("application/problem+json", StringComparison.Ordinal) ? [] : [$"{reply.Status} is no problem: {reply.Text}"];
    }

    private async Task<Reply> SendAsync(TenantClient tenant, FuzzedRequest fuzzed)
    {
        using var request = new HttpRequestMessage(new HttpMethod(fuzzed.Method), fuzzed.Target);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tenant.Token);
        if (fuzzed.Body is not null)
        {
            request.Content = new ByteArrayContent(fuzzed.Body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", fuzzed.ContentType);
        }
        foreach (var (name, value) in fuzzed.Headers)
        {
            if (name == "Authorization") request.Headers.Authorization = null;
            if (!request.Headers.TryAddWithoutValidation(name, value)) request.Content?.Headers.TryAddWithoutValidation(name, value);
        }
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        return await Reply.OfAsync(response, $"{fuzzed.Method} {fuzzed.Target}");
    }
}
