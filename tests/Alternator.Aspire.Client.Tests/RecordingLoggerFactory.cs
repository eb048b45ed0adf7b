using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Alternator.Aspire.Client.Tests;

/// <summary>Remembers which categories were asked for, and what was logged.</summary>
internal sealed class RecordingLoggerFactory : ILoggerFactory
{
    public ConcurrentDictionary<string, ConcurrentQueue<(LogLevel Level, string Message)>> Categories { get; } = new();

    public ILogger CreateLogger(string categoryName) => new Recorder(Categories.GetOrAdd(categoryName, _ => new()));

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }

    private sealed class Recorder(ConcurrentQueue<(LogLevel, string)> messages) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            messages.Enqueue((logLevel, formatter(state, exception)));
    }
}
