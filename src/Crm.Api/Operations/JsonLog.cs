using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using Crm.Domain.Common;

namespace Crm.Api.Operations;

/// <summary>Logs as JSON, one object per line, on standard output.</summary>
[ProviderAlias("Json")]
internal sealed class JsonLogProvider(LogWriter writer, bool discreet) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new JsonLogger(categoryName, writer, discreet);

    public void Dispose() => writer.Dispose();
}

internal sealed class JsonLogger(string category, LogWriter output, bool discreet) : ILogger
{
    private static readonly string[] Levels = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];
    [ThreadStatic] private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Json)? _mine;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var (buffer, json) = _mine ??= Make();
        buffer.ResetWrittenCount();
        json.Reset();
        json.WriteStartObject();
        json.WriteString("time"u8, Instants.FormatInstant(DateTime.UtcNow));
        json.WriteString("level"u8, Levels[(int)logLevel]);
        json.WriteString("category"u8, category);
        if (Activity.Current is { } activity) json.WriteString("traceId"u8, activity.TraceId.ToHexString());
        if (state is IJsonLine line) line.Write(json);
        else json.WriteString("message"u8, formatter(state, null));
        if (exception is not null) json.WriteString("exception"u8, discreet ? ExceptionText.Discreet(exception) : exception.ToString());
        json.WriteEndObject();
        json.Flush();
        buffer.Write("\n"u8);
        output.Write(buffer.WrittenSpan, urgent: logLevel >= LogLevel.Error);
    }

    private static (ArrayBufferWriter<byte>, Utf8JsonWriter) Make()
    {
        var buffer = new ArrayBufferWriter<byte>(1_024);
        return (buffer, new Utf8JsonWriter(buffer, Http.JsonWriting.Options));
    }
}
