using System.Net.Sockets;
using System.Text;

namespace Crm.Scale;

/// <summary>
/// Has a .NET process on this machine collect its garbage, so that what it holds can be compared. It is asked as its diagnostic tools ask: by beginning a trace of
/// the heap, which begins with a collection, over the socket that each process has (the diagnostic IPC protocol of .NET).
/// </summary>
internal static class Collection
{
    private const long HeapCollect = 0x800000;
    private const byte Tracing = 2, CollectTracing = 2;
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(2);

    public static async Task RunAsync(int process)
    {
        var path = Directory.EnumerateFiles(Path.GetTempPath(), $"dotnet-diagnostic-{process}-*-socket").Single();
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
        await socket.SendAsync(Command());
        // The trace ends when nobody reads it any more.
        using var limit = new CancellationTokenSource(Enough);
        var buffer = new byte[64 << 10];
        try
        {
            while (await socket.ReceiveAsync(buffer, limit.Token) > 0)
            {
            }
        }
        catch (OperationCanceledException)
        {
            // The collection is long over.
        }
    }

    private static byte[] Command()
    {
        using var payload = new MemoryStream();
        using (var writer = new BinaryWriter(payload, Encoding.Unicode, leaveOpen: true))
        {
            // Megabytes to buffer, format, and one provider with its keywords, its level and no more to say.
            writer.Write(16);
            writer.Write(1);
            writer.Write(1);
            writer.Write(HeapCollect);
            writer.Write(4);
            const string provider = "Microsoft-Windows-DotNETRuntime\0";
            writer.Write(provider.Length);
            writer.Write(Encoding.Unicode.GetBytes(provider));
            writer.Write(0);
        }
        using var command = new MemoryStream();
        using (var writer = new BinaryWriter(command, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write("DOTNET_IPC_V1\0"u8);
            writer.Write((ushort)(20 + payload.Length));
            writer.Write(Tracing);
            writer.Write(CollectTracing);
            writer.Write((ushort)0);
            writer.Write(payload.ToArray());
        }
        return command.ToArray();
    }
}
