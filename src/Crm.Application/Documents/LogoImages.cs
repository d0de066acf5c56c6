using Crm.Application.Abstractions;
using Crm.Application.Files;
using Crm.Application.Listing;
using Crm.Domain.Common;

namespace Crm.Application.Documents;

/// <summary>Reads the images that documents show from the files of the tenant.</summary>
public sealed class LogoImages(RecordReader records, FileResource files, IFileStore store, IRequestContext context) : ISharedByUseCases
{
    private const string Unfit = "must be an image of type PNG or JPEG, of at most 1 MiB and 4 million pixels";

    /// <summary>Why the file cannot be a logo; null when it can, and when there is none to be seen, which the check of references says.</summary>
    public async Task<string?> RefusalAsync(Guid fileId, CancellationToken ct)
    {
        if (await SizeAsync(fileId, ct) is not { } size) return null;
        return size <= ImageCheck.MaxBytes && ImageCheck.Read(await BytesAsync(fileId, size, ct)) is not null ? null : Unfit;
    }

    /// <summary>The image; null when the file is gone or is none.</summary>
    public async Task<DocumentImage?> FindAsync(Guid? fileId, CancellationToken ct) =>
        fileId is { } id && await SizeAsync(id, ct) is { } size and <= ImageCheck.MaxBytes ? ImageCheck.Read(await BytesAsync(id, size, ct)) : null;

    private async Task<int?> SizeAsync(Guid fileId, CancellationToken ct) =>
        (await records.FindAsync(files, fileId, new ListRequest { Fields = [files.Find("id")!, files.Find("size")!] }, ct))?["size"] as int?;

    private async Task<byte[]> BytesAsync(Guid fileId, int size, CancellationToken ct)
    {
        await using var content = await store.OpenAsync(new ContentKey(context.Caller.TenantId, fileId), 0, size, ct);
        var bytes = new byte[size];
        await content.ReadExactlyAsync(bytes, ct);
        return bytes;
    }
}
