using System.Security.Cryptography;
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
        var (app, superuser) = await fixture.CopyAsync();
        var (tenant, id) = ((Guid)(await ExecuteAsync(superuser, "select tenant_id from crm.leads where name = 'Handed over'"))!, Guid.CreateVersion7());
        await ExecuteAsync(superuser, $"""
            insert into crm.files (tenant_id, id, name, content_type, size, checksum, lead_id, deleted_at)
            select tenant_id, '{id}', 'secret', 'application/octet-stream', {Content.Length}, '{Convert.ToHexStringLower(SHA256.HashData(Content))}', id, {(how == "deleted" ? "now()" : "null")}
            from crm.leads where name = 'Handed over'
            """);
        var path = Path.Combine(_folder, "files", $"{tenant:N}", $"{id:N}"[^2..], $"{id:N}");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (how == "a folder") Directory.CreateDirectory(path);
        else if (how != "missing") await File.WriteAllBytesAsync(path, how switch { "cut" => Content[..^1], "longer" => [.. Content, 0], "altered" => [.. Content[..^1], 0], _ => Content }, TestContext.Current.CancellationToken);

        var lines = new List<string>();
        await Verifier.RunAsync(app, new ConfigurationBuilder().AddInMemoryCollection([new("CRM_DATA_DIR", _folder)]).Build(), lines.Add, TestContext.Current.CancellationToken);

        if (said is null) lines.ShouldContain("ok     every file has its content: 1");
        else lines[lines.IndexOf("WRONG  every file has its content: 1 of 1") + 1].ShouldBe($"       file {id} of tenant {tenant}: {said}");
        string.Join('\n', lines).ShouldNotContain("secret");
    }
}
