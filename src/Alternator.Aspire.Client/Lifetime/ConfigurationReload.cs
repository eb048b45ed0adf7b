using Alternator.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Primitives;

namespace Alternator.Aspire.Client.Lifetime;

/// <summary>
/// Follows the configuration of a client that is running. When it has been reloaded, in order:
/// <list type="number">
/// <item>What is written for this client is compared with what was; without a difference nothing happens.</item>
/// <item>The settings are read and checked as at the start. A mistake is logged, and the client goes on as it is.</item>
/// <item>What can change while requests run is given to the client (see <see cref="Live"/>); the log names it, and what else has
/// changed and needs a restart.</item>
/// </list>
/// </summary>
internal sealed partial class ConfigurationReload : IDisposable
{
    private readonly Lock _lock = new();
    private readonly ClientFactory _factory;
    private readonly AlternatorDynamoDBClient _client;
    private readonly ILoggerFactory? _loggers;
    private readonly ILogger _logger;
    private readonly IDisposable _subscription;
    private IReadOnlyDictionary<string, string> _written;
    private bool _disposed;

    private ConfigurationReload(ClientFactory factory, AlternatorDynamoDBClient client, ILoggerFactory? loggers)
    {
        _factory = factory;
        _client = client;
        _loggers = loggers;
        _logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger(LogCategories.Configuration);
        _written = factory.Reader.Written();
        _subscription = ChangeToken.OnChange(factory.Reader.Configuration.GetReloadToken, Reloaded);
    }

    /// <summary>The settings that a running client takes over, as the beginnings of their keys. The others need a restart.</summary>
    public static IReadOnlyList<string> Live { get; } =
    [
        "Balancing:", "Retry:", "Hedging:", "Compression:CompressRequests", "Compression:RequestThreshold",
        "Discovery:ActiveInterval", "Discovery:IdleInterval", "Discovery:Jitter", "Discovery:Timeout", "Discovery:NextCandidateDelay",
        "Health:ActiveFailuresToDown", "Health:ProbeSuccessesToQuarantined", "Health:QuarantineSuccessesToActive", "Health:QuarantineFailuresToDown",
        "Health:ProbePeriod", "Health:ActiveProbeInterval", "Health:ProbeTimeout", "Health:SuspicionTimeout",
        "Health:QuarantineSampling", "Health:TryDownNodes",
    ];

    public static IDisposable Watch(ClientFactory factory, AlternatorDynamoDBClient client, ILoggerFactory? loggers) =>
        new ConfigurationReload(factory, client, loggers);

    /// <summary>Whether a setting of this key takes effect without a restart.</summary>
    public static bool IsLive(string key) => Live.Any(start => key.StartsWith(start, StringComparison.OrdinalIgnoreCase));

    public void Dispose()
    {
        _subscription.Dispose();
        lock (_lock)
        {
            _disposed = true;
        }
    }

    private void Reloaded()
    {
        lock (_lock)
        {
            var written = _factory.Reader.Written();
            string[] changed = [.. Changed(_written, written)];
            if (_disposed || changed.Length == 0)
            {
                return;
            }

            try
            {
                _client.Reconfigure(_factory.Configure(_loggers).Config);
            }
            catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
            {
                LogRefused(_logger, _factory.Reader.ConnectionName, exception.Message);
                return;
            }

            _written = written;
            string[] live = [.. changed.Where(IsLive)];
            if (live.Length > 0)
            {
                LogApplied(_logger, _factory.Reader.ConnectionName, string.Join(", ", live));
            }

            if (live.Length < changed.Length)
            {
                LogNeedsRestart(_logger, _factory.Reader.ConnectionName, string.Join(", ", changed.Except(live)));
            }
        }
    }

    private static IEnumerable<string> Changed(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> after) => before.Keys
        .Union(after.Keys, StringComparer.OrdinalIgnoreCase)
        .Where(key => before.GetValueOrDefault(key) != after.GetValueOrDefault(key))
        .Order(StringComparer.OrdinalIgnoreCase);
}
