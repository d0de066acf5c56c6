using System.Buffers;
using System.Text;

namespace Crm.Api.Operations;

/// <summary>
/// Gathers lines and writes them together: at most 50 ms late, at once when an error is among them. A request never waits for the
/// console; when nobody reads it, lines are dropped and counted.
/// </summary>
internal sealed class LogWriter : IDisposable
{
    private const int Most = 8 << 20;
    private static readonly TimeSpan Late = TimeSpan.FromMilliseconds(50);
    private readonly Stream _output;
    private readonly Timer _timer;
    private readonly Lock _gate = new();
    private readonly Lock _writing = new();
    private ArrayBufferWriter<byte> _filling = new(65_536);
    private ArrayBufferWriter<byte> _emptying = new(65_536);
    private bool _armed;
    private long _dropped;

    public LogWriter(Stream output)
    {
        _output = output;
        _timer = new Timer(_ => Flush());
    }

    public void Write(ReadOnlySpan<byte> line, bool urgent)
    {
        lock (_gate)
        {
            if (_filling.WrittenCount + line.Length > Most)
            {
                _dropped++;
                return;
            }
            _filling.Write(line);
            if (_armed && !urgent) return;
            _armed = true;
            _timer.Change(urgent ? TimeSpan.Zero : Late, Timeout.InfiniteTimeSpan);
        }
    }

    public void Flush()
    {
        lock (_writing)
        {
            lock (_gate)
            {
                (_filling, _emptying) = (_emptying, _filling);
                _armed = false;
                if (_dropped > 0) _emptying.Write(Encoding.UTF8.GetBytes($"{{\"level\":\"WARN\",\"category\":\"Crm.Log\",\"message\":\"{_dropped} lines were dropped\"}}\n"));
                _dropped = 0;
            }
            try
            {
                _output.Write(_emptying.WrittenSpan);
                _output.Flush();
            }
            catch (IOException)
            {
                // The reader of the pipe has gone; there is nowhere to say so.
            }
            _emptying.ResetWrittenCount();
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        Flush();
    }
}
