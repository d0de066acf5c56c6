using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Operations;
using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Microsoft.Extensions.DependencyInjection;
using NSubstitute;

namespace Crm.Api.Tests.Files;

/// <summary>Uploads that are repeated, cut off, too slow, at once, or meet a store that does not work.</summary>
public sealed class UploadFailureTests(CrmApi api)
{
    [Fact]
    public async Task A_retried_upload_makes_one_file_though_its_boundary_differs()
    {
        var tenant = await api.TenantAsync();
        var lead = (await tenant.LeadAsync()).ToString();
        var first = (await SendAsync("k", "Hello")).ShouldBe(201);
        var again = (await SendAsync("k", "Hello")).ShouldBe(201);
        again.Header("Idempotent-Replayed").ShouldBe("true");
        again.Body.ShouldBe(first.Body);
        (await SendAsync("k", "Hullo")).ShouldFail(422, "IDEMPOTENCY_KEY_REUSED");
        (await SendAsync("k", "Hello", "other.txt")).ShouldFail(422, "IDEMPOTENCY_KEY_REUSED");
        await api.ShouldHaveStoredAsync(tenant, first.Id);
        var twins = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SendAsync("twin", "Twin")));
        twins.ShouldAllBe(r => r.Status == 201 || r.Status == 409);
        var twin = twins.Where(r => r.Status == 201).Select(r => r.Id).Distinct().ShouldHaveSingleItem();
        await api.ShouldHaveStoredAsync(tenant, first.Id, twin);

        Task<Reply> SendAsync(string key, string text, string name = "a.txt") => tenant.UploadAsync(Encoding.UTF8.GetBytes(text), name, [("leadId", lead)], null, ("Idempotency-Key", key));
    }

    [Fact]
    public async Task Many_at_once_are_all_whole()
    {
        var tenant = await api.TenantAsync();
        var lead = (await tenant.LeadAsync()).ToString();
        var contents = Enumerable.Range(0, 24).Select(i => RandomNumberGenerator.GetBytes(10_000 * (i + 1))).ToList();
        var made = await Task.WhenAll(contents.Select((content, i) => tenant.UploadAsync(content, $"{i}.bin", [("leadId", lead)])));
        var back = await Task.WhenAll(made.Select(m => tenant.GetAsync($"/files/{m.ShouldBe(201).Id}/content")));
        for (var i = 0; i < contents.Count; i++) back[i].ShouldBe(200).Body.ShouldBe(contents[i]);
        await api.ShouldHaveStoredAsync(tenant, [.. made.Select(m => m.Id)]);
    }

    [Fact]
    public async Task A_client_that_goes_away_half_way_leaves_nothing()
    {
        var tenant = await api.TenantAsync();
        var lead = await tenant.LeadAsync();
        using (var socket = await BeginAsync(tenant, lead, contentLength: 1_000_000))
        {
            await socket.SendAsync(new byte[200_000]);
            await Eventually.Async(async () => await api.DraftsAsync(tenant) == 1, "the upload has not begun");
            socket.LingerState = new LingerOption(true, 0);
        }
        await api.ShouldHaveStoredAsync(tenant);
        (await tenant.GetAsync("/files")).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_client_that_sends_less_than_it_said_or_too_slowly_is_cut_off_and_leaves_nothing()
    {
        var tenant = await api.TenantAsync();
        var lead = await tenant.LeadAsync();
        using var shut = await BeginAsync(tenant, lead, contentLength: 1_000_000);
        shut.Shutdown(SocketShutdown.Send);
        using var slow = await BeginAsync(tenant, lead, contentLength: 1_000_000);
        // The server's own patience: 240 bytes a second after the first five.
        (await AnswerAsync(slow)).ShouldStartWith("HTTP/1.1 408");
        await api.ShouldHaveStoredAsync(tenant);
        (await tenant.GetAsync("/files")).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_store_that_fails_is_503_with_when_to_come_back_and_no_record()
    {
        var tenant = await api.TenantAsync();
        var lead = (await tenant.LeadAsync()).ToString();
        var store = Substitute.For<IFileStore>();
        store.PutAsync(default, default!, default).ReturnsForAnyArgs(Task.FromException(new CrmException(ErrorKind.Unavailable, "UNAVAILABLE", "Full.") { RetryAfter = TimeSpan.FromSeconds(10) }));
        await using var failing = new ConfiguredApi(api, services => services.AddSingleton(store));
        (await failing.Anonymous.As(tenant.Token).UploadAsync("x"u8.ToArray(), "x", [("leadId", lead)])).ShouldFail(503, "UNAVAILABLE").Header("Retry-After").ShouldBe("10");
        (await tenant.GetAsync("/files")).Items.ShouldBeEmpty();
        await api.ShouldHaveStoredAsync(tenant);
    }

    [Fact]
    public async Task A_data_folder_that_takes_no_files_is_503_and_the_rest_goes_on()
    {
        var tenant = await api.TenantAsync();
        var lead = (await tenant.LeadAsync()).ToString();
        var folder = Directory.CreateTempSubdirectory("crm-test-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "files"), "in the way");
        File.Copy(Path.Combine(api.DataFolder, "jwt.key"), Path.Combine(folder, "jwt.key"));
        await using var broken = new ConfiguredApi(api, ("CRM_DATA_DIR", folder));
        var there = broken.Anonymous.As(tenant.Token);
        (await there.UploadAsync("x"u8.ToArray(), "x", [("leadId", lead)])).ShouldFail(503, "UNAVAILABLE");
        (await there.GetAsync("/leads")).ShouldBe(200);
        File.Delete(Path.Combine(folder, "files"));
        (await there.UploadAsync("x"u8.ToArray(), "x", [("leadId", lead)])).ShouldBe(201);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>The head of an upload and the beginning of its file, by hand.</summary>
    private async Task<Socket> BeginAsync(TenantClient tenant, Guid lead, int contentLength)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, api.Address.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"POST /api/v1/files HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {tenant.Token}\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: {contentLength}\r\n\r\n"
            + $"--b\r\nContent-Disposition: form-data; name=\"leadId\"\r\n\r\n{lead}\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\nbegun"));
        return socket;
    }

    private static async Task<string> AnswerAsync(Socket socket)
    {
        await using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
