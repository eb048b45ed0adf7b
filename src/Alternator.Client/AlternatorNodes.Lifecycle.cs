using Microsoft.Extensions.Logging;

namespace Alternator.Client;

public sealed partial class AlternatorNodes
{
    private volatile bool _stopped;

    private void EnsureStarted()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_running is not null)
            {
                return;
            }
            _running = new CancellationTokenSource();
            _stopped = false;
            _started = true;
            CancellationToken token = _running.Token;
            // The loops know their owner only weakly: forgotten without being disposed, it takes them with it.
            var owner = new WeakReference<AlternatorNodes>(this);
            // The loops outlive the caller: its activity and other ambient state aren't theirs.
            using (AmbientState.Suppress())
            {
                _loops = Task.WhenAll(
                    _options.Discovery.Enabled ? _discovery.RunAsync(owner, token) : Task.CompletedTask,
                    _options.Health.Enabled ? _probes.RunAsync(owner, token) : Task.CompletedTask);
            }
        }
    }

    private void StartWithRequest()
    {
        lock (_lock)
        {
            if (_stopped || _disposed)
            {
                _started = true;
                return;
            }
        }
        EnsureStarted();
    }

    private static AlternatorNodesOptions OptionsOf(string scheme, int port, string[] nodes)
    {
        ArgumentException.ThrowIfNullOrEmpty(scheme);
        ArgumentNullException.ThrowIfNull(nodes);
        var options = new AlternatorNodesOptions();
        foreach (string node in nodes)
        {
            options.Endpoints.Add(new UriBuilder(scheme, node, port).Uri);
        }
        return options;
    }

    [LoggerMessage(120, LogLevel.Error, "A subscriber to changes of the nodes threw an exception.")]
    private static partial void LogSubscriberFailed(ILogger logger, Exception exception);
}
