using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;
using RabbitMQ.Client;

namespace Crm.Api.Tests.Bus;

/// <summary>A RabbitMQ of one's own: a node in a temporary folder, with its own port mapper, on loopback; stopped and started as a test likes, and ended by its id.</summary>
internal sealed class RabbitServer : IAsyncDisposable
{
    private const string Programs = "/usr/lib/rabbitmq/bin";
    private readonly string _folder = Directory.CreateTempSubdirectory("crm-rabbit-").FullName;
    private readonly (int Port, int Distribution, int Mapper) _ports = (FreePort(), FreePort(), FreePort());
    private Process? _mapper, _node;

    public Uri Uri => new($"amqp://guest:guest@127.0.0.1:{_ports.Port}");

    public static async Task<RabbitServer> StartedAsync()
    {
        var server = new RabbitServer();
        await server.StartAsync();
        return server;
    }

    /// <summary>Starts, or starts again with what it kept.</summary>
    public async Task StartAsync()
    {
        _mapper ??= Run("epmd", "-port", _ports.Mapper.ToString(System.Globalization.CultureInfo.InvariantCulture), "-address", "127.0.0.1");
        _node = Run(Path.Combine(Programs, "rabbitmq-server"));
        await Eventually.Async(async () => _node.HasExited || await AnswersAsync(), "RabbitMQ answers", TimeSpan.FromMinutes(2));
        _node.HasExited.ShouldBeFalse("RabbitMQ ended at its start");
    }

    /// <summary>Pulls the plug.</summary>
    public async Task KillAsync()
    {
        if (_node is null) return;
        _node.Kill(entireProcessTree: true);
        await _node.WaitForExitAsync();
        _node.Dispose();
        _node = null;
    }

    public async Task<IConnection> ConnectAsync() => await new ConnectionFactory { Uri = Uri, AutomaticRecoveryEnabled = false }.CreateConnectionAsync();

    /// <summary>A durable queue of what the service's exchange brings for these keys.</summary>
    public async Task QueueAsync(string name, params string[] keys)
    {
        await using var hub = await ConnectAsync();
        await using var channel = await hub.CreateChannelAsync();
        await channel.ExchangeDeclareAsync("crm.events", ExchangeType.Topic, durable: true);
        await channel.QueueDeclareAsync(name, durable: true, exclusive: false, autoDelete: false);
        foreach (var key in keys) await channel.QueueBindAsync(name, "crm.events", key);
    }

    /// <summary>How many messages a queue holds.</summary>
    public async Task<uint> CountAsync(string queue)
    {
        await using var hub = await ConnectAsync();
        await using var channel = await hub.CreateChannelAsync();
        return await channel.MessageCountAsync(queue);
    }

    /// <summary>Takes all that a queue holds, in its order.</summary>
    public async Task<IReadOnlyList<(JsonNode Told, IReadOnlyBasicProperties Properties)>> TakeAsync(string queue)
    {
        await using var hub = await ConnectAsync();
        await using var channel = await hub.CreateChannelAsync();
        var taken = new List<(JsonNode, IReadOnlyBasicProperties)>();
        while (await channel.BasicGetAsync(queue, autoAck: true) is { } message) taken.Add((JsonNode.Parse(message.Body.ToArray())!, message.BasicProperties));
        return taken;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _mapper?.Kill(entireProcessTree: true);
        _mapper?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await using var connection = await ConnectAsync();
            return true;
        }
        catch (Exception e) when (e is RabbitMQ.Client.Exceptions.BrokerUnreachableException or IOException or OperationCanceledException)
        {
            return false;
        }
    }

    private Process Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, WorkingDirectory = _folder };
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["HOME"] = _folder,
            ["ERL_EPMD_PORT"] = $"{_ports.Mapper}",
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_NODENAME"] = "crm@localhost",
            ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_NODE_PORT"] = $"{_ports.Port}",
            ["RABBITMQ_DIST_PORT"] = $"{_ports.Distribution}",
            ["RABBITMQ_MNESIA_BASE"] = Path.Combine(_folder, "data"),
            ["RABBITMQ_LOG_BASE"] = Path.Combine(_folder, "log"),
            ["RABBITMQ_LOGS"] = "-",
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(_folder, "plugins"),
            ["RABBITMQ_CONF_ENV_FILE"] = Path.Combine(_folder, "environment"),
            ["RABBITMQ_CONFIG_FILE"] = Path.Combine(_folder, "rabbitmq"),
            // Two schedulers are plenty, and none burns time waiting for work.
            ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "+S 2:2 +sbwt none",
        }) start.Environment[name] = value;
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
