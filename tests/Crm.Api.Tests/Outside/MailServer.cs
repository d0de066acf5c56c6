using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Crm.Api.Tests.Outside;

/// <summary>What a mail server does wrong.</summary>
internal enum MailTrouble
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It takes connections and says nothing.</summary>
    Silent,

    /// <summary>It hangs up in the midst of a message.</summary>
    HangsUpInMessage,

    /// <summary>It takes the message and hangs up instead of saying so.</summary>
    LosesItsAnswer,

    /// <summary>It says twice that it took the message.</summary>
    AnswersTwice,
}

/// <summary>A mail server that speaks as much SMTP as our messages need, and fails as it is told.</summary>
internal sealed class MailServer : IAsyncDisposable
{
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<TcpClient, Task> _sessions = new();
    private readonly ConcurrentQueue<string> _taken = new();
    private TcpListener _listener;
    private Task _serving;

    public MailServer()
    {
        _listener = new TcpListener(IPAddress.Loopback, 0);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _serving = ServeAsync(_listener);
    }

    public int Port { get; }

    public string AnswerToRecipient { get; set; } = "250 ok";

    public MailTrouble Trouble { get; set; }

    /// <summary>Ends when somebody has connected.</summary>
    public Task Connected => _connected.Task;

    /// <summary>What the first caller said, once it has gone.</summary>
    public Task<string> Received => _first.Task;

    /// <summary>The messages it took, each with its headers.</summary>
    public IReadOnlyList<string> Taken => [.. _taken];

    /// <summary>How many callers are connected.</summary>
    public int Callers => _sessions.Count;

    /// <summary>Cuts every connection.</summary>
    public void HangUp()
    {
        foreach (var session in _sessions.Keys) session.Close();
    }

    /// <summary>Dies: nobody listens any more.</summary>
    public void Close()
    {
        _listener.Stop();
        HangUp();
    }

    /// <summary>Is there again, where it was.</summary>
    public void Open()
    {
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Start();
        _serving = ServeAsync(_listener);
    }

    public async ValueTask DisposeAsync()
    {
        Close();
        await _serving;
        await Task.WhenAll(_sessions.Values);
    }

    private async Task ServeAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync();
                _connected.TrySetResult();
                var session = new TaskCompletionSource();
                _sessions[client] = session.Task;
                _ = Task.Run(async () =>
                {
                    var said = new StringBuilder();
                    await TalkAsync(client, said);
                    _first.TrySetResult(said.ToString());
                    _sessions.TryRemove(client, out Task? _);
                    session.SetResult();
                });
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed.
        }
    }

    private async Task TalkAsync(TcpClient client, StringBuilder said)
    {
        try
        {
            using var _ = client;
            using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
            await using var writer = new StreamWriter(client.GetStream(), Encoding.ASCII) { NewLine = "\r\n", AutoFlush = true };
            var silent = Trouble == MailTrouble.Silent;
            if (!silent) await writer.WriteLineAsync("220 test");
            StringBuilder? message = null;
            while (await reader.ReadLineAsync() is { } line)
            {
                said.Append(line).Append("\r\n");
                if (silent) continue;
                if (message is not null && line != ".")
                {
                    if (Trouble == MailTrouble.HangsUpInMessage && line.Length == 0) return;
                    message.Append(line).Append("\r\n");
                    continue;
                }
                if (message is not null)
                {
                    _taken.Enqueue(message.ToString());
                    if (Trouble == MailTrouble.LosesItsAnswer) return;
                    if (Trouble == MailTrouble.AnswersTwice) await writer.WriteLineAsync("250 ok");
                }
                message = line == "DATA" ? new StringBuilder() : null;
                await writer.WriteLineAsync(AnswerTo(line));
                if (line == "QUIT") return;
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or SocketException)
        {
            // The caller has gone, or was sent away.
        }
    }

    private string AnswerTo(string line) => line switch
    {
        "DATA" => "354 go on",
        "QUIT" => "221 bye",
        _ when line.StartsWith("RCPT", StringComparison.Ordinal) => AnswerToRecipient,
        _ => "250 ok",
    };
}
