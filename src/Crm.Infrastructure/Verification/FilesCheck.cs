using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Crm.Infrastructure.Recovery;

namespace Crm.Infrastructure.Verification;

/// <summary>
/// Every file's content lies in the store, as long and with the digest that its record says; that of deleted files too, because they can be
/// restored. Every byte is read.
/// </summary>
internal sealed class FilesCheck(IFileStore store) : ITenantCheck
{
    private const string Page = """
        select f.id as Id, f.size as Size, f.checksum as Checksum from crm_read.files f
        where f.tenant_id = @TenantId and f.id > @After order by f.id limit 500
        """;

    public string Name => "every file has its content";

    public async Task RunAsync(TenantRows rows, CheckReport report, CancellationToken ct)
    {
        for (var after = Guid.Empty; ;)
        {
            var files = await rows.QueryAsync<Row>(Page, new { After = after }, ct);
            if (files.Count == 0) return;
            after = files[^1].Id;
            foreach (var file in files)
                if (await DifferenceAsync(new ContentKey(rows.TenantId, file.Id), file, ct) is { } difference) report.Note($"file {file.Id} of tenant {rows.TenantId}: {difference}");
            report.Look(files.Count);
        }
    }

    private async Task<string?> DifferenceAsync(ContentKey key, Row file, CancellationToken ct)
    {
        try
        {
            if (!await store.ExistsAsync(key, ct)) return "its content is not in the store";
            await using var digest = new DigestStream(Stream.Null);
            // One byte more than there should be tells what is too long.
            await using (var content = await store.OpenAsync(key, 0, file.Size + 1L, ct)) await content.CopyToAsync(digest, ct);
            return digest.Count != file.Size ? $"its content has {digest.Count} bytes and not {file.Size}"
                : digest.Sha256() != file.Checksum ? "its content has another digest"
                : null;
        }
        catch (Exception e) when (e is CrmException or IOException or HttpRequestException)
        {
            return $"its content cannot be read: {e.Message}";
        }
    }

    private sealed record Row(Guid Id, int Size, string Checksum);
}
