using Crm.Application.Abstractions;
using Crm.Domain.Common;

namespace Crm.Application.Files;

/// <summary>Content that lies in the store and that no record refers to yet.</summary>
/// <param name="ContentType">By its bytes.</param>
/// <param name="Size">In bytes, at least 1.</param>
/// <param name="Checksum">SHA-256, 64 hexadecimal digits in lower case.</param>
public sealed record TakenContent(ContentKey Key, string ContentType, int Size, string Checksum);

/// <summary>Takes content in while it arrives. Nothing of it is held in memory but the piece being copied.</summary>
public sealed class ContentIntake(IFileStore store, IFileDrafts drafts, FileRules rules, IRequestContext context, TimeProvider clock) : ISharedByUseCases
{
    /// <summary>The largest content, in bytes.</summary>
    public int MaxBytes => rules.MaxBytes;

    /// <summary>Stores all that <paramref name="source"/> gives; what it throws leaves nothing behind.</summary>
    /// <exception cref="CrmException">PAYLOAD_TOO_LARGE; VALIDATION_FAILED: empty, or another digest than expected; UNSUPPORTED_MEDIA_TYPE; UNAVAILABLE.</exception>
    public async Task<TakenContent> TakeAsync(Stream source, string? claimedType, IReadOnlyList<ExpectedDigest> expected, CancellationToken ct)
    {
        var key = new ContentKey(context.Caller.TenantId, Ids.New(clock.GetUtcNow()));
        await using var content = new CheckedContent(source, rules, claimedType, expected);
        await drafts.AddAsync(key, ct);
        try
        {
            await store.PutAsync(key, content, ct);
            return new TakenContent(key, content.ContentType!, content.Size, content.Checksum);
        }
        catch
        {
            await drafts.GiveUpAsync(key);
            throw;
        }
    }

    /// <summary>Deletes content that has become no file after all.</summary>
    public Task GiveUpAsync(TakenContent content) => drafts.GiveUpAsync(content.Key);
}

/// <summary>The refusals of files.</summary>
public static class FileErrors
{
    /// <summary>415 UNSUPPORTED_MEDIA_TYPE: content of this type is not taken here.</summary>
    public static CrmException TypeNotTaken(string contentType) =>
        new(ErrorKind.UnsupportedType, "UNSUPPORTED_MEDIA_TYPE", $"Files of type {contentType} are not taken here.", new Dictionary<string, string[]> { ["file"] = [$"is {contentType}"] });

    /// <summary>503 UNAVAILABLE: the file store does not take or give content at the moment.</summary>
    public static CrmException StoreUnavailable() =>
        new(ErrorKind.Unavailable, "UNAVAILABLE", "The file store is not available at the moment.") { RetryAfter = TimeSpan.FromSeconds(10) };
}
