using Crm.Domain.Common;

namespace Crm.Application.Abstractions;

/// <summary>Names the content of a file: made by the service, never from anything a caller sent.</summary>
public readonly record struct ContentKey(Guid TenantId, Guid Id);

/// <summary>
/// Where the content of files lies. Only bytes: what they are called and who may have them is the database's. Whatever the store
/// itself cannot do is <c>UNAVAILABLE</c>; what reading <c>content</c> throws comes through as it is.
/// </summary>
public interface IFileStore
{
    /// <summary>Keeps all that <paramref name="content"/> gives, durably once this returns; nothing when it throws.</summary>
    /// <exception cref="CrmException">UNAVAILABLE: the disk is full, the store is down.</exception>
    Task PutAsync(ContentKey key, Stream content, CancellationToken ct);

    /// <summary>The content from a byte on, at most <paramref name="length"/> bytes.</summary>
    /// <exception cref="CrmException">UNAVAILABLE: the store is down or does not have it.</exception>
    Task<Stream> OpenAsync(ContentKey key, long offset, long length, CancellationToken ct);

    /// <summary>True when the content is there.</summary>
    /// <exception cref="CrmException">UNAVAILABLE.</exception>
    Task<bool> ExistsAsync(ContentKey key, CancellationToken ct);

    /// <summary>Forgets the content; what is not there is forgotten already.</summary>
    /// <exception cref="CrmException">UNAVAILABLE.</exception>
    Task DeleteAsync(ContentKey key, CancellationToken ct);
}

/// <summary>
/// Remembers content that no record refers to yet, so that none is left behind: written down before the first byte is stored,
/// struck out in the transaction that adds the record. What stays written down is given up.
/// </summary>
public interface IFileDrafts
{
    /// <summary>Writes the content down, in a transaction of its own.</summary>
    Task AddAsync(ContentKey key, CancellationToken ct);

    /// <summary>Strikes it out in the command's transaction: a record refers to it from now on.</summary>
    /// <exception cref="CrmException">UNAVAILABLE: it was given up meanwhile, and its content with it.</exception>
    Task ClaimAsync(ContentKey key, CancellationToken ct);

    /// <summary>Gives the content up and deletes it, unless a record refers to it or a running transaction is about to. Never fails: what could not be done is done later.</summary>
    Task GiveUpAsync(ContentKey key);
}

/// <summary>What is allowed as the content of a file.</summary>
/// <param name="MaxBytes">The largest size, in bytes.</param>
/// <param name="Denied">Media types that are refused; <c>video/*</c> means all of a kind.</param>
/// <param name="Allowed">The only media types that are taken; empty = all that are not denied.</param>
public sealed record FileRules(int MaxBytes, IReadOnlyList<string> Denied, IReadOnlyList<string> Allowed)
{
    /// <summary>True when content of this type is taken.</summary>
    public bool Takes(string contentType) =>
        !Denied.Any(d => Matches(d, contentType)) && (Allowed.Count == 0 || Allowed.Any(a => Matches(a, contentType)));

    private static bool Matches(string pattern, string contentType) => pattern.EndsWith("/*", StringComparison.Ordinal)
        ? contentType.StartsWith(pattern[..^1], StringComparison.OrdinalIgnoreCase)
        : contentType.Equals(pattern, StringComparison.OrdinalIgnoreCase);
}
