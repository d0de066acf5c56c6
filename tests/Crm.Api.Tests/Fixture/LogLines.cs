using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Crm.Api.Tests.Fixture;

/// <summary>Keeps what is logged from a level on: each message, its values by name, and its exception.</summary>
internal sealed class LogLines(LogLevel from = LogLevel.Trace) : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<Entry> _entries = new();

    /// <summary>The messages.</summary>
    public IReadOnlyList<string> Written => [.. _entries.Select(e => e.Message)];

    /// <summary>Everything that a sink could write, with the messages.</summary>
    public IReadOnlyList<string> Whole => [.. _entries.Select(e => e.Message + e.Values + e.Exception)];

    public ILogger CreateLogger(string categoryName) => this;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _entries.Enqueue(new Entry(formatter(state, exception), state?.ToString(), exception?.ToString()));

    public bool IsEnabled(LogLevel logLevel) => logLevel >= from;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public void Dispose()
    {
    }

    private sealed record Entry(string Message, string? Values, string? Exception);
}
