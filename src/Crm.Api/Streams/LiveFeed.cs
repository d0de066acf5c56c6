using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Application.Events;
using Crm.Domain.Common;
using Crm.Infrastructure.Persistence;
using Crm.Infrastructure.Streams;

namespace Crm.Api.Streams;

/// <summary>How events reach one client.</summary>
internal interface IFeedWriter
{
    /// <summary>Sends events.</summary>
    Task SendAsync(IReadOnlyList<StreamedEvent> events, CancellationToken ct);

    /// <summary>Shows that the connection lives, and how far the client has come.</summary>
    Task BeatAsync(LogPosition position, CancellationToken ct);

    /// <summary>Says why this is the end.</summary>
    Task EndAsync(string code, string detail, CancellationToken ct);

    /// <summary>Cuts the connection.</summary>
    void Cut();

    /// <summary>Done when the client has said something; null where he cannot.</summary>
    Task? Asked(CancellationToken ct);

    /// <summary>Does what the client has said.</summary>
    Task AnswerAsync(IEventStream stream, CancellationToken ct);
}

/// <summary>
/// Feeds one client until he leaves, may no longer have it, takes too long to accept what is sent, or the service stops. What he may have is
/// looked at again every few seconds.
/// </summary>
internal sealed partial class LiveFeed(StreamSettings settings, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<LiveFeed> logger)
{
    /// <summary>Refuses new streams where they would end at once.</summary>
    /// <exception cref="CrmException">UNAVAILABLE.</exception>
    public void EnsureOpen()
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested) throw Stopping();
    }

    /// <summary>Runs to the end. <paramref name="check"/> answers who the client is by now, or refuses.</summary>
    public async Task RunAsync(IEventStream stream, IFeedWriter writer, Func<CancellationToken, ValueTask<Caller>> check, CancellationToken gone)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(gone, lifetime.ApplicationStopping);
        try
        {
            await FeedAsync(stream, writer, check, end.Token);
        }
        catch (Exception e)
        {
            if (gone.IsCancellationRequested) return;
            if (e is SlowClientException)
            {
                TooSlow(settings.Patience.TotalSeconds);
                writer.Cut();
                return;
            }
            var refusal = lifetime.ApplicationStopping.IsCancellationRequested ? Stopping() : PostgresErrors.Translate(e) as CrmException ?? e as CrmException;
            if (refusal is null) Failed(e);
            await EndAsync(writer, refusal?.Code ?? "INTERNAL_ERROR", refusal?.Message ?? "Something went wrong here.");
        }
        finally
        {
            await end.CancelAsync();
        }
    }

    private async Task FeedAsync(IEventStream stream, IFeedWriter writer, Func<CancellationToken, ValueTask<Caller>> check, CancellationToken ct)
    {
        var often = settings.Check < settings.Heartbeat ? settings.Check : settings.Heartbeat;
        var (sent, due, asked) = (clock.GetTimestamp(), Task.Delay(often, clock, ct), writer.Asked(ct));
        var interrupted = Either(due, asked);
        while (true)
        {
            var events = await stream.NextAsync(interrupted, ct);
            if (events.Count > 0)
            {
                await InTimeAsync(writer.SendAsync(events, ct), ct);
                sent = clock.GetTimestamp();
            }
            if (asked is { IsCompleted: true })
            {
                await InTimeAsync(writer.AnswerAsync(stream, ct), ct);
                interrupted = Either(due, asked = writer.Asked(ct));
            }
            if (due.IsCompleted)
            {
                ct.ThrowIfCancellationRequested();
                await CheckAsync(stream, check, ct);
                interrupted = Either(due = Task.Delay(often, clock, ct), asked);
            }
            if (clock.GetElapsedTime(sent) < settings.Heartbeat) continue;
            await InTimeAsync(writer.BeatAsync(stream.Position, ct), ct);
            sent = clock.GetTimestamp();
        }
    }

    private static Task Either(Task due, Task? asked) => asked is null ? due : Task.WhenAny(due, asked);

    /// <summary>While the database is away nobody's standing is known, and there are no events.</summary>
    private static async Task CheckAsync(IEventStream stream, Func<CancellationToken, ValueTask<Caller>> check, CancellationToken ct)
    {
        try
        {
            var caller = await check(ct);
            if (!caller.May(Permissions.EventsRead)) throw CrmException.Forbidden($"This needs the permission {Permissions.EventsRead}.");
            stream.Become(caller);
        }
        catch (CrmException e) when (e.Kind == ErrorKind.Unavailable)
        {
        }
    }

    private async Task InTimeAsync(Task sending, CancellationToken ct)
    {
        if (sending.IsCompletedSuccessfully) return;
        try
        {
            await sending.WaitAsync(settings.Patience, clock, ct);
        }
        catch (TimeoutException)
        {
            throw new SlowClientException();
        }
    }

    /// <summary>Says why, if the client still listens.</summary>
    public async Task EndAsync(IFeedWriter writer, string code, string detail)
    {
        try
        {
            await writer.EndAsync(code, detail, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(1), clock);
        }
        catch (Exception)
        {
            // Whoever does not hear it will find out when he comes back.
            writer.Cut();
        }
    }

    private static CrmException Stopping() => new(ErrorKind.Unavailable, "UNAVAILABLE", "The service is stopping; connect again.");

    [LoggerMessage(LogLevel.Information, "A stream is cut: its client did not accept for {Seconds} s what was sent")]
    private partial void TooSlow(double seconds);

    [LoggerMessage(LogLevel.Error, "A stream failed")]
    private partial void Failed(Exception e);

    private sealed class SlowClientException : Exception;
}
