using System.Security.Cryptography;
using Crm.Application.Abstractions;
using Crm.Domain.Common;

namespace Crm.Application.Files;

/// <summary>A digest the caller says the content has.</summary>
/// <param name="Member">What the refusal names.</param>
public sealed record ExpectedDigest(string Member, HashAlgorithmName Algorithm, byte[] Value);

/// <summary>
/// Content on its way into the store: counted, hashed and looked at while it is read, and refused by an exception out of the read, so
/// that the store keeps nothing of it. What it is is known at its end.
/// </summary>
internal sealed class CheckedContent(Stream source, FileRules rules, string? claim, IReadOnlyList<ExpectedDigest> expected) : ReadOnceStream
{
    private readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IReadOnlyList<(ExpectedDigest Digest, IncrementalHash Hash)> _others =
        [.. expected.Where(e => e.Algorithm != HashAlgorithmName.SHA256).Select(e => (e, IncrementalHash.CreateHash(e.Algorithm)))];
    private readonly byte[] _sample = new byte[MediaTypes.SampleSize];
    private int _sampled;
    private bool _ended;

    /// <summary>Its media type; null before enough was read.</summary>
    public string? ContentType { get; private set; }

    /// <summary>How many bytes were read.</summary>
    public int Size { get; private set; }

    /// <summary>SHA-256 in hexadecimal, at the end.</summary>
    public string Checksum { get; private set; } = "";

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_ended || buffer.Length == 0) return 0;
        var read = await source.ReadAsync(buffer, cancellationToken);
        if (read == 0) End();
        else Take(buffer.Span[..read]);
        return read;
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > rules.MaxBytes - Size) throw new CrmException(ErrorKind.TooLarge, "PAYLOAD_TOO_LARGE", $"A file may have at most {rules.MaxBytes} bytes.");
        Size += bytes.Length;
        _sha256.AppendData(bytes);
        foreach (var (_, hash) in _others) hash.AppendData(bytes);
        var more = Math.Min(bytes.Length, _sample.Length - _sampled);
        bytes[..more].CopyTo(_sample.AsSpan(_sampled));
        _sampled += more;
        if (_sampled == _sample.Length) Recognise();
    }

    private void End()
    {
        _ended = true;
        if (Size == 0) throw CrmException.Validation("file", "must not be empty");
        Recognise();
        var sha256 = _sha256.GetHashAndReset();
        Checksum = Convert.ToHexStringLower(sha256);
        var differing = expected.Where(e => e.Algorithm == HashAlgorithmName.SHA256 && !e.Value.AsSpan().SequenceEqual(sha256))
            .Concat(_others.Where(o => !o.Digest.Value.AsSpan().SequenceEqual(o.Hash.GetHashAndReset())).Select(o => o.Digest)).ToList();
        if (differing.Count > 0)
            throw CrmException.Validation(differing.Select(d => d.Member).Distinct().ToDictionary(m => m, _ => new[] { $"is not the digest of what arrived: {Size} bytes with SHA-256 {Checksum}" }));
    }

    private void Recognise()
    {
        if (ContentType is not null) return;
        ContentType = MediaTypes.Of(_sample.AsSpan(0, _sampled), claim);
        if (!rules.Takes(ContentType)) throw FileErrors.TypeNotTaken(ContentType);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _sha256.Dispose();
            foreach (var (_, hash) in _others) hash.Dispose();
        }
        base.Dispose(disposing);
    }
}
