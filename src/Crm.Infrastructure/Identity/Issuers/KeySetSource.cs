using System.Runtime.CompilerServices;
using System.Text.Json;
using Crm.Domain.Common;
using Microsoft.Extensions.Logging;

namespace Crm.Infrastructure.Identity.Issuers;

/// <summary>
/// The keys of one issuer, read when they are first needed and kept. They are read again after a quarter of an hour, aside from requests,
/// and when a token names a key that is not among them, at most once a minute whatever tokens come. While the place they are at does not
/// answer, the ones that are there count.
/// </summary>
internal sealed partial class KeySetSource(string issuer, Func<CancellationToken, Task<KeySet>> read, TimeProvider clock, ILogger logger) : IDisposable
{
    internal static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(15), Pause = TimeSpan.FromMinutes(1), RetryPause = TimeSpan.FromSeconds(5);
    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile Loaded? _loaded;
    private volatile StrongBox<long>? _tried;

    /// <summary>The keys that may have signed a token.</summary>
    /// <exception cref="CrmException">UNAVAILABLE: they could not be read even once.</exception>
    public async ValueTask<IReadOnlyList<VerificationKey>> CandidatesAsync(string algorithm, string? keyId, CancellationToken ct)
    {
        if (_loaded is null) await RefreshAsync(() => _loaded is null && NotTriedFor(RetryPause), ct);
        if (_loaded is not { } loaded) throw Unavailable();
        if (loaded.Keys.Candidates(algorithm, keyId) is { Count: > 0 } known)
        {
            if (IsOld() && NotTriedFor(Pause)) _ = RefreshAsync(() => IsOld() && NotTriedFor(Pause), CancellationToken.None);
            return known;
        }
        await RefreshAsync(() => _loaded.Keys.Candidates(algorithm, keyId).Count == 0 && NotTriedFor(Pause), ct);
        return _loaded.Keys.Candidates(algorithm, keyId);
    }

    public void Dispose() => _gate.Dispose();

    /// <summary>Reads them if that is still due when it is this one's turn: of many who want it one does, and the others wait for what it finds.</summary>
    private async Task RefreshAsync(Func<bool> isDue, CancellationToken ct)
    {
        if (!isDue() && _gate.CurrentCount > 0) return;
        await _gate.WaitAsync(ct);
        try
        {
            if (!isDue()) return;
            _tried = new StrongBox<long>(clock.GetTimestamp());
            // Not the request's token: who asked first may leave, the others still wait for it.
            var keys = await read(CancellationToken.None);
            foreach (var weak in keys.Weak) LeftOut(issuer, weak);
            if (keys.Keys.Count == 0) throw new FormatException("It has no key for RS256 or ES256.");
            _loaded = new Loaded(keys, clock.GetTimestamp());
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException or UnauthorizedAccessException or FormatException or JsonException)
        {
            NotRead(issuer, _loaded is null ? "none are there" : "the ones that are there still count", e.Message);
        }
        finally
        {
            _gate.Release();
        }
    }

    private bool IsOld() => _loaded is { } loaded && clock.GetElapsedTime(loaded.At) >= MaxAge;

    private bool NotTriedFor(TimeSpan pause) => _tried is not { } tried || clock.GetElapsedTime(tried.Value) >= pause;

    private static CrmException Unavailable() =>
        new(ErrorKind.Unavailable, "UNAVAILABLE", "The keys of the token's issuer cannot be read at the moment.") { RetryAfter = RetryPause };

    [LoggerMessage(LogLevel.Warning, "The keys of issuer {Issuer} could not be read, {Consequence}: {Reason}")]
    private partial void NotRead(string issuer, string consequence, string reason);

    [LoggerMessage(LogLevel.Warning, "A key of issuer {Issuer} was left out: {Reason}")]
    private partial void LeftOut(string issuer, string reason);

    private sealed record Loaded(KeySet Keys, long At);
}
