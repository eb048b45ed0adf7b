using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Alternator.Client;

namespace Playground.Web.Measurements;

/// <summary>
/// Which node served what, read from the metrics that Alternator.Client publishes: <c>alternator.client.attempt.duration</c>
/// (seconds, tagged with the node as <c>server.address</c> and <c>server.port</c>) and <c>alternator.client.retries</c>.
/// Any metrics backend sees the same numbers; nothing here is special to the playground.
/// </summary>
public sealed class Traffic : IDisposable
{
    private const string Attempts = "alternator.client.attempt.duration";
    private const string Retries = "alternator.client.retries";

    private readonly TimeProvider _time;
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<(string Address, int Port), Series> _nodes = new();
    private readonly AsyncLocal<Served?> _following = new();
    private long _retried;

    public Traffic(TimeProvider time)
    {
        _time = time;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument is { Meter.Name: AlternatorTelemetry.MeterName, Name: Attempts or Retries })
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((_, seconds, tags, _) => NodeServed(seconds, tags));
        _listener.SetMeasurementEventCallback<long>((_, retries, _, _) => Interlocked.Add(ref _retried, retries));
        _listener.Start();
    }

    /// <summary>Requests as their callers saw them, all attempts included.</summary>
    public Series Callers { get; } = new();

    /// <summary>Attempts beyond the first.</summary>
    public long Retried => Interlocked.Read(ref _retried);

    /// <summary>The second that is being measured now.</summary>
    public long Now => _time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Every node that served something.</summary>
    public IEnumerable<(string Authority, Series Series)> Nodes => _nodes.Select(node => ($"{node.Key.Address}:{node.Key.Port}", node.Value));

    public Series Of(Uri node) => _nodes.GetOrAdd((node.IdnHost, node.Port), _ => new());

    public void CallerSaw(TimeSpan latency) => Callers.Add(Now, latency);

    /// <summary>Remembers the node that serves what this caller asks for until the result is disposed.</summary>
    public Served Follow() => _following.Value = new(this);

    public void Dispose() => _listener.Dispose();

    private void NodeServed(double seconds, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string? address = null;
        var port = 0;
        foreach (var (name, value) in tags)
        {
            if (name == "server.address")
                address = value as string;
            else if (name == "server.port")
                port = Convert.ToInt32(value);
            else if (name == "error.type" && value is not null)
                return;
        }
        if (address is null)
            return;
        _nodes.GetOrAdd((address, port), _ => new()).Add(Now, TimeSpan.FromSeconds(seconds));
        if (_following.Value is { } served)
            served.Node = (address, port);
    }

    /// <summary>Where the followed caller's last request went.</summary>
    public sealed class Served(Traffic traffic) : IDisposable
    {
        internal (string Address, int Port)? Node { get; set; }

        /// <summary><c>host:port</c>, or null when nothing was served.</summary>
        public string? By => Node is var (address, port) ? $"{address}:{port}" : null;

        public void Dispose() => traffic._following.Value = null;
    }
}
