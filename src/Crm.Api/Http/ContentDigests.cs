using System.Security.Cryptography;
using Crm.Application.Files;
using Crm.Domain.Common;

namespace Crm.Api.Http;

/// <summary>Content-Digest and Repr-Digest (RFC 9530): <c>sha-256=:base64:</c>, several separated by commas.</summary>
internal static class ContentDigests
{
    private const string Member = "Content-Digest";

    /// <summary>The digests of algorithms that still count; others may stand beside them.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED: it cannot be read, or names none that counts.</exception>
    public static IReadOnlyList<ExpectedDigest> Of(IReadOnlyCollection<string?> headers)
    {
        if (headers.Count == 0) return [];
        var found = new List<ExpectedDigest>();
        foreach (var entry in headers.SelectMany(h => (h ?? "").Split(',', StringSplitOptions.TrimEntries)))
        {
            var at = entry.IndexOf('=');
            var value = at > 0 ? entry[(at + 1)..].Split(';')[0].TrimEnd() : "";
            if (value.Length < 2 || value[0] != ':' || value[^1] != ':' || !TryBase64(value[1..^1], out var bytes)) throw CrmException.Validation(Member, "must look like sha-256=:base64: (RFC 9530)");
            if (entry[..at] is not ("sha-256" or "sha-512")) continue;
            var algorithm = entry[..at] == "sha-256" ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA512;
            if (bytes.Length != (algorithm == HashAlgorithmName.SHA256 ? 32 : 64)) throw CrmException.Validation(Member, $"{entry[..at]} has another length");
            found.Add(new ExpectedDigest(Member, algorithm, bytes));
        }
        return found.Count > 0 ? found : throw CrmException.Validation(Member, "names neither sha-256 nor sha-512");
    }

    /// <summary>How an answer says it.</summary>
    public static string Sha256(string hexadecimal) => $"sha-256=:{Convert.ToBase64String(Convert.FromHexString(hexadecimal))}:";

    private static bool TryBase64(string text, out byte[] bytes)
    {
        bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, bytes, out var length)) return false;
        bytes = bytes[..length];
        return true;
    }
}

/// <summary>Hashes a message on its way in and compares it, at its end, with what its sender says.</summary>
internal sealed class HashingStream(Stream source, IReadOnlyList<ExpectedDigest> expected) : ReadOnceStream
{
    private readonly IReadOnlyList<(ExpectedDigest Digest, IncrementalHash Hash)> _hashes = [.. expected.Select(e => (e, IncrementalHash.CreateHash(e.Algorithm)))];

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await source.ReadAsync(buffer, cancellationToken);
        foreach (var (_, hash) in _hashes) hash.AppendData(buffer.Span[..read]);
        return read;
    }

    /// <summary>Reads what follows the last part, then compares.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED.</exception>
    public async Task EnsureAsync(CancellationToken ct)
    {
        var rest = new byte[1_024];
        while (await ReadAsync(rest, ct) > 0) { }
        if (_hashes.Any(h => !h.Digest.Value.AsSpan().SequenceEqual(h.Hash.GetHashAndReset())))
            throw CrmException.Validation(expected[0].Member, "is not the digest of the message that arrived");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            foreach (var (_, hash) in _hashes) hash.Dispose();
        base.Dispose(disposing);
    }
}
