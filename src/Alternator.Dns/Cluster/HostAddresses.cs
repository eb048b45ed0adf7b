using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Alternator.Dns.Cluster;

/// <summary>
/// The addresses of nodes that are known by a host name. Looking one up never waits: what is known is returned, and what is unknown or old
/// is resolved meanwhile, after which <paramref name="changed"/> is called. A failure keeps the last known addresses.
/// </summary>
/// <param name="resolve">Asks the system's resolver.</param>
/// <param name="changed">Called when addresses were found that weren't known.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where failures are told.</param>
internal sealed partial class HostAddresses(
    Func<string, CancellationToken, Task<IPAddress[]>> resolve, Action changed, TimeProvider time, ILogger logger)
{
    /// <summary>How long addresses are used before they are looked up again.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Host> _hosts = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The addresses of <paramref name="host"/>, an address or a name, in a fixed order; none while a name is unresolved.</summary>
    public ImmutableArray<IPAddress> Get(string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out IPAddress? address))
            return [Plain(address)];

        lock (_lock)
        {
            if (!_hosts.TryGetValue(host, out Host? known))
                _hosts[host] = known = new Host();
            if (known.Resolving is { IsCompleted: false } || (known.ResolvedAt is { } at && time.GetElapsedTime(at) < Lifetime))
                return known.Addresses;

            known.Resolving = ResolveAsync(host, known, cancellationToken);
            return known.Addresses;
        }
    }

    private async Task ResolveAsync(string host, Host known, CancellationToken cancellationToken)
    {
        await Task.Yield();
        ImmutableArray<IPAddress> found = [];
        try
        {
            found = [.. (await resolve(host, cancellationToken).ConfigureAwait(false))
                .Where(address => address.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6)
                .Select(Plain).Distinct().OrderBy(address => address.ToString(), StringComparer.Ordinal)];
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return;
        }
        catch (SocketException exception)
        {
            // Once per series of failures: they may come with every look at the nodes.
            if (!known.IsFailing)
                LogUnresolved(logger, host, exception.SocketErrorCode);
        }

        bool news;
        lock (_lock)
        {
            // After a failure the next attempt comes with the next look at the nodes.
            known.IsFailing = found.IsEmpty;
            known.ResolvedAt = found.IsEmpty ? null : time.GetTimestamp();
            news = !found.IsEmpty && !found.SequenceEqual(known.Addresses);
            if (news)
                known.Addresses = found;
        }

        if (news)
            changed();
    }

    /// <summary>Without the interface of a link-local address, which means nothing to others, and IPv4 as IPv4.</summary>
    private static IPAddress Plain(IPAddress address) => address switch
    {
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4(),
        { AddressFamily: AddressFamily.InterNetworkV6, ScopeId: not 0 } => new IPAddress(address.GetAddressBytes()),
        _ => address,
    };

    [LoggerMessage(11, LogLevel.Warning, "The host name {Host} of a node could not be resolved: {Error}")]
    private static partial void LogUnresolved(ILogger logger, string host, SocketError error);

    private sealed class Host
    {
        public ImmutableArray<IPAddress> Addresses { get; set; } = [];

        public long? ResolvedAt { get; set; }

        public bool IsFailing { get; set; }

        public Task? Resolving { get; set; }
    }
}
