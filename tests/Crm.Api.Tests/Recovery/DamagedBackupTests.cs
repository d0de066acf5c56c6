using System.IO.Compression;
using Crm.Infrastructure.Postgres;
using Crm.Infrastructure.Recovery;
using Microsoft.Extensions.Configuration;

namespace Crm.Api.Tests.Recovery;

/// <summary>A backup that is not whole is refused before anything is touched: neither the database is opened nor the data folder.</summary>
public sealed class DamagedBackupTests(RestoreFixture fixture) : IClassFixture<RestoreFixture>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("crm-test-").FullName;

    private string Damaged => Path.Combine(_folder, "damaged.backup");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(0)]
    [InlineData(0.01)]
    [InlineData(0.5)]
    [InlineData(0.99)]
    public async Task One_that_is_cut_off_is(double kept)
    {
        var whole = await File.ReadAllBytesAsync(fixture.Backup, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(Damaged, whole[..(int)(whole.Length * kept)], TestContext.Current.CancellationToken);
        await RefusedAsync();
    }

    [Fact]
    public async Task One_that_lacks_its_last_byte_is()
    {
        var whole = await File.ReadAllBytesAsync(fixture.Backup, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(Damaged, whole[..^1], TestContext.Current.CancellationToken);
        await RefusedAsync();
    }

    [Theory]
    [InlineData("database.dump")]
    [InlineData("data/jwt.key")]
    [InlineData("manifest.json")]
    public async Task One_of_which_a_byte_was_altered_is(string entry)
    {
        await RewrittenAsync((name, content) =>
        {
            if (name == entry) content[content.Length / 2] ^= 1;
            return content;
        });
        await RefusedAsync();
    }

    [Theory]
    [InlineData("database.dump")]
    [InlineData("data/files/ab/one")]
    [InlineData("manifest.json")]
    public async Task One_that_lacks_a_part_is(string entry)
    {
        await RewrittenAsync((name, content) => name == entry ? null : content);
        await RefusedAsync();
    }

    [Fact]
    public async Task One_whose_bytes_rotted_is()
    {
        var bytes = await File.ReadAllBytesAsync(fixture.Backup, TestContext.Current.CancellationToken);
        // The dump is by far the most of it.
        bytes[bytes.Length / 2] ^= 0x10;
        await File.WriteAllBytesAsync(Damaged, bytes, TestContext.Current.CancellationToken);
        await RefusedAsync();
    }

    private async Task RefusedAsync()
    {
        var data = Path.Combine(_folder, "data");
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("CRM_DATA_DIR", data)]).Build();
        var opened = false;
        var refusal = await Should.ThrowAsync<StartupException>(() => Restore.RunAsync(Damaged, () =>
        {
            opened = true;
            return Task.FromException<DatabaseHost>(new InvalidOperationException());
        }, configuration, TestContext.Current.CancellationToken));
        refusal.Message.ShouldContain(Damaged);
        opened.ShouldBeFalse();
        Directory.Exists(data).ShouldBeFalse();
    }

    /// <summary>The backup's parts in a new archive, each as it is, changed, or left out; its seal is the old one.</summary>
    private async Task RewrittenAsync(Func<string, byte[], byte[]?> change)
    {
        using var from = ZipFile.OpenRead(fixture.Backup);
        using var to = ZipFile.Open(Damaged, ZipArchiveMode.Create);
        to.Comment = from.Comment;
        var changed = false;
        foreach (var entry in from.Entries)
        {
            using var content = new MemoryStream();
            await using (var read = entry.Open()) await read.CopyToAsync(content);
            var before = content.ToArray();
            if (change(entry.FullName, [.. before]) is not { } after)
            {
                changed = true;
                continue;
            }
            changed |= !after.AsSpan().SequenceEqual(before);
            await using var written = to.CreateEntry(entry.FullName).Open();
            await written.WriteAsync(after);
        }
        changed.ShouldBeTrue("there is no such part");
    }
}
