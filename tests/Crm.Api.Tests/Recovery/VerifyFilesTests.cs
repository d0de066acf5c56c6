using System.Net;
using System.Security.Cryptography;
using Crm.Api.Tests.Files;
using Crm.Api.Tests.Postgres;
using Crm.Infrastructure.Verification;
using Microsoft.Extensions.Configuration;
using static Crm.Api.Tests.Postgres.ThrowAwayCluster;

namespace Crm.Api.Tests.Recovery;

/// <summary>What <c>./run verify</c> says of files whose content somebody lost, cut or altered.</summary>
public sealed class VerifyFilesTests(VerifyFixture fixture) : IClassFixture<VerifyFixture>, IDisposable
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 200_000).Select(i => (byte)i)];
    private readonly string _folder = Directory.CreateTempSubdirectory("crm-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("whole", null)]
    [InlineData("deleted", null)]
    [InlineData("missing", "its content is not in the store")]
    [InlineData("cut", "its content has 199999 bytes and not 200000")]
    [InlineData("longer", "its content has 200001 bytes and not 200000")]
    [InlineData("altered", "its content has another digest")]
    [InlineData("a folder", "its content is not in the store")]
    public async Task Content_is_compared_with_its_record(string how, string? said)
    {
        var (app, tenant, id) = await AttachedAsync(how == "deleted");
        var path = Path.Combine(_folder, "files", $"{tenant:N}", $"{id:N}"[^2..], $"{id:N}");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (how == "a folder") Directory.CreateDirectory(path);
        else if (Found(how) is { } found) await File.WriteAllBytesAsync(path, found, TestContext.Current.CancellationToken);
        await SaysAsync(app, tenant, id, said);
    }

    [Theory]
    [InlineData("whole", null)]
    [InlineData("missing", "its content is not in the store")]
    [InlineData("cut", "its content has 199999 bytes and not 200000")]
    [InlineData("longer", "its content has 200001 bytes and not 200000")]
    [InlineData("altered", "its content has another digest")]
    [InlineData("down", "its content cannot be read: The file store is not available at the moment.")]
    public async Task Content_in_a_bucket_is_compared_too(string how, string? said)
    {
        var (app, tenant, id) = await AttachedAsync(deleted: false);
        await using var s3 = await S3Server.StartAsync();
        if (how == "down") s3.Failure = HttpStatusCode.ServiceUnavailable;
        if (Found(how) is { } found) s3.Objects[$"{tenant:N}/{id:N}"] = found;
        await SaysAsync(app, tenant, id, said, s3.Settings);
    }

    private static byte[]? Found(string how) => how switch
    {
        "missing" => null,
        "cut" => Content[..^1],
        "longer" => [.. Content, 0],
        "altered" => [.. Content[..^1], 0],
        _ => Content,
    };

    /// <summary>A copy of the database in which somebody has attached a file.</summary>
    private async Task<(string App, Guid Tenant, Guid Id)> AttachedAsync(bool deleted)
    {
        var (app, superuser) = await fixture.CopyAsync();
        var id = Guid.CreateVersion7();
        var tenant = (Guid)(await ExecuteAsync(superuser, $"""
            insert into crm.files (tenant_id, id, name, content_type, size, checksum, lead_id, deleted_at)
            select tenant_id, '{id}', 'secret', 'application/octet-stream', {Content.Length}, '{Convert.ToHexStringLower(SHA256.HashData(Content))}', id, {(deleted ? "now()" : "null")}
            from crm.leads where name = 'Handed over' returning tenant_id
            """))!;
        return (app, tenant, id);
    }

    private async Task SaysAsync(string app, Guid tenant, Guid id, string? said, params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("CRM_DATA_DIR", _folder), .. settings.Select(s => KeyValuePair.Create(s.Name, (string?)s.Value))]).Build();
        var lines = new List<string>();
        await Verifier.RunAsync(app, configuration, lines.Add, TestContext.Current.CancellationToken);
        if (said is null) lines.ShouldContain("ok     every file has its content: 1");
        else lines[lines.IndexOf("WRONG  every file has its content: 1 of 1") + 1].ShouldBe($"       file {id} of tenant {tenant}: {said}");
        string.Join('\n', lines).ShouldNotContain("secret");
    }
}
