using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net.Http.Headers;

namespace Crm.Scale;

/// <summary>Clients that listen to events, and when each heard of which record. They do as little as they can: they run on the machine that is measured.</summary>
internal sealed class Listeners : IAsyncDisposable
{
    private readonly CancellationTokenSource _leave = new();
    private readonly List<Task> _listening = [];

    /// <summary>When the clients heard of each record; each client once, if all is well.</summary>
    public ConcurrentDictionary<Guid, ConcurrentQueue<DateTime>> Heard { get; } = new();

    /// <summary>Opens streams, one after the other.</summary>
    public static async Task<Listeners> OpenAsync(HttpClient http, string token, int count, string query)
    {
        var listeners = new Listeners();
        for (var i = 0; i < count; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/events/stream" + query);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            var response = (await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead)).EnsureSuccessStatusCode();
            listeners._listening.Add(Task.Run(() => listeners.ListenAsync(response)));
        }
        return listeners;
    }

    public async ValueTask DisposeAsync()
    {
        await _leave.CancelAsync();
        await Task.WhenAll(_listening);
        _leave.Dispose();
    }

    private async Task ListenAsync(HttpResponseMessage response)
    {
        using var _ = response;
        var (buffer, kept) = (new byte[16 << 10], 0);
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(_leave.Token);
            while (await body.ReadAsync(buffer.AsMemory(kept), _leave.Token) is > 0 and var read)
            {
                var (text, now) = (kept + read, DateTime.UtcNow);
                var used = Take(buffer.AsSpan(0, text), now);
                kept = text - used;
                buffer.AsSpan(used, kept).CopyTo(buffer);
                if (kept == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // Enough was heard.
        }
    }

    /// <summary>Notes the events that have come whole; answers how many bytes they are.</summary>
    private int Take(ReadOnlySpan<byte> text, DateTime now)
    {
        var used = 0;
        var member = "\"aggregateId\":\""u8;
        while (text[used..].IndexOf("\n\n"u8) is >= 0 and var end)
        {
            var one = text.Slice(used, end);
            if (one.IndexOf(member) is >= 0 and var at && Utf8Parser.TryParse(one[(at + member.Length)..], out Guid record, out var _, 'D')) Heard.GetOrAdd(record, _ => new ConcurrentQueue<DateTime>()).Enqueue(now);
            used += end + 2;
        }
        return used;
    }
}
