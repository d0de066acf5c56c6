using System.Globalization;
using System.Text;
using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Domain.Common;

namespace Crm.Application.Events;

/// <summary>Gives callers the log as it goes on.</summary>
public interface IEventStreams
{
    /// <summary>Begins a stream after a position, or now. Dispose it: until then it counts against what its caller and tenant may have open.</summary>
    /// <param name="named">What errors call the position.</param>
    /// <exception cref="CrmException">RATE_LIMITED: too many are open. INVALID_QUERY: the log has not come so far.</exception>
    Task<IEventStream> OpenAsync(Caller caller, EventSelection selection, LogPosition? after, CancellationToken ct, string named = "after");
}

/// <summary>One reader's way along the log, without gap or repeat. For one at a time.</summary>
public interface IEventStream : IDisposable
{
    /// <summary>Where the reader is: everything of his up to here has been given to him.</summary>
    LogPosition Position { get; }

    /// <summary>From here on as this caller is now: what he may read and see decides, not what he could when he came.</summary>
    void Become(Caller caller);

    /// <summary>From here on another selection, or from another position; null leaves it.</summary>
    /// <exception cref="CrmException">INVALID_QUERY: the log has not come so far.</exception>
    Task TurnAsync(EventSelection? selection, LogPosition? after, CancellationToken ct);

    /// <summary>The next events, a few at a time; nothing once <paramref name="interrupted"/> is done and none is there.</summary>
    Task<IReadOnlyList<StreamedEvent>> NextAsync(Task interrupted, CancellationToken ct);
}

/// <summary>An event with its bytes on the wire, which all who get it share.</summary>
public sealed class StreamedEvent
{
    private readonly int _json;
    private readonly int _length;

    /// <summary>Writes the event, once.</summary>
    public StreamedEvent(LoggedEvent logged)
    {
        Logged = logged;
        var json = JsonSerializer.SerializeToUtf8Bytes(logged.Event, WireJson.Options);
        var head = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"id: {logged.Event.Position}\nevent: {logged.Event.Type}\ndata: "));
        Frame = (byte[])[.. head, .. json, (byte)'\n', (byte)'\n'];
        (_json, _length) = (head.Length, json.Length);
    }

    /// <summary>The event.</summary>
    public LoggedEvent Logged { get; }

    /// <summary>Its place in the log.</summary>
    public LogPosition Place => Logged.Place;

    /// <summary>A server-sent event: id, event and data (WHATWG HTML §9.2). JSON has no line ends in it.</summary>
    public ReadOnlyMemory<byte> Frame { get; }

    /// <summary>The event alone, as JSON.</summary>
    public ReadOnlyMemory<byte> Json => Frame.Slice(_json, _length);
}
