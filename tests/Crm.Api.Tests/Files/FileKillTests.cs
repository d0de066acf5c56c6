using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Crm.Api.Tests.Durability;
using Crm.Api.Tests.Fixture;
using Dapper;
using Npgsql;

namespace Crm.Api.Tests.Files;

/// <summary>Uploads, killed half-way: no record is without its content, and no content is without a record or a note of it.</summary>
public sealed class FileKillTests
{
    [Fact]
    public async Task After_kill_9_every_file_is_whole_and_everything_else_is_written_down()
    {
        await using var service = await ServiceProcess.StartAsync();
        var registered = (await service.Api.PostAsync("/auth/register", new { organizationName = "Kill", fullName = "Olga", email = "olga@example.com", password = "Str0ng-pass-123456" })).ShouldBe(201);
        var token = (string)registered.Data["accessToken"]!;
        var lead = (await service.Api.As(token).PostAsync("/leads", new { name = "Ada" })).ShouldBe(201).Id.ToString();
        var acknowledged = new ConcurrentDictionary<Guid, string>();
        for (var round = 0; round < 3; round++)
        {
            var goal = acknowledged.Count + 25;
            var uploads = Enumerable.Range(0, 6).Select(_ => UploadUntilKilledAsync(service.Api.As(token), lead, acknowledged)).ToList();
            while (acknowledged.Count < goal) await Task.Yield();
            await service.KillAsync();
            await Task.WhenAll(uploads);
            await service.StartAsync();
        }
        var tenant = service.Api.As(token);
        var listed = new List<Guid>();
        for (var cursor = ""; cursor is not null;)
        {
            var page = (await tenant.GetAsync($"/files?take=200{cursor}")).ShouldBe(200);
            listed.AddRange(page.Items.Select(f => (Guid)f!["id"]!));
            cursor = (string?)page.Meta["nextCursor"] is { } next ? $"&cursor={next}" : null;
        }
        acknowledged.Keys.Except(listed).ShouldBeEmpty("an acknowledged file is gone");
        foreach (var id in listed)
        {
            var content = (await tenant.GetAsync($"/files/{id}/content")).ShouldBe(200);
            $"\"{Convert.ToHexStringLower(SHA256.HashData(content.Body))}\"".ShouldBe(content.Header("ETag"));
            if (acknowledged.TryGetValue(id, out var checksum)) content.Header("ETag").ShouldBe($"\"{checksum}\"");
        }
        var stored = Directory.GetFiles(Path.Combine(service.Folder, "files"), "*", SearchOption.AllDirectories).Where(f => !f.Contains("/drafts/")).Select(f => Guid.ParseExact(Path.GetFileName(f), "N")).ToList();
        var drafts = await DraftsAsync(service.Folder);
        stored.Except(listed).Except(drafts).ShouldBeEmpty("content is neither a file's nor written down");
        drafts.Intersect(listed).ShouldBeEmpty("a file's content is written down to be deleted");
        TestContext.Current.TestOutputHelper?.WriteLine($"3 kills, {acknowledged.Count} acknowledged files of {listed.Count}, all whole; {drafts.Count} interrupted uploads written down.");
    }

    private static async Task UploadUntilKilledAsync(ApiClient api, string lead, ConcurrentDictionary<Guid, string> acknowledged)
    {
        try
        {
            while (true)
            {
                var content = RandomNumberGenerator.GetBytes(Random.Shared.Next(1, 400_000));
                var reply = await api.UploadAsync(content, "x.bin", [("leadId", lead)]);
                if (reply.Status != 201) return;
                acknowledged[reply.Id] = Convert.ToHexStringLower(SHA256.HashData(content));
            }
        }
        catch (HttpRequestException)
        {
            // The service was killed: what it had acknowledged is in the bag.
        }
    }

    private static async Task<IReadOnlyList<Guid>> DraftsAsync(string folder)
    {
        using var passwords = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "postgres.passwords")));
        var port = (await File.ReadAllLinesAsync(Path.Combine(folder, "postgres", "postmaster.pid")))[3];
        await using var connection = new NpgsqlConnection($"Host=127.0.0.1;Port={port};Database=crm;Username=crm_app;Password={passwords.RootElement.GetProperty("App").GetString()};Pooling=false");
        return (await connection.QueryAsync<Guid>("select id from crm.file_drafts")).AsList();
    }
}
