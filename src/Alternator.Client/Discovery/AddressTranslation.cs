using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Logging;

namespace Alternator.Client;

/// <summary>
/// Turns the addresses that the cluster lists into the endpoints that this process reaches. In order: a translator of the user's own; an
/// endpoint that has said it is the node of that address; the address itself with the scheme and port of the node that listed it.
/// <para>An endpoint is asked who it is when the cluster doesn't list it under its own address (a host name, a published port), and again when
/// the node it was is no longer listed. It is asked beside the round, which waits for the answers only briefly.</para>
/// </summary>
internal sealed partial class AddressTranslation(AlternatorNodesOptions options, INodeChannel channel, TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(10);

    // An endpoint outside of the routing scope says who it is and isn't listed: nothing new is to be expected of it soon.
    private static readonly TimeSpan AskKnownAgainAfter = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<IPAddress, Known> _byAddress = new();
    private readonly Dictionary<AlternatorNode, Asked> _asked = [];

    /// <summary>Whether endpoints were asked who they are and none of them said it.</summary>
    public bool IsBlind => _byAddress.IsEmpty && _asked.Values.Any(static asked => asked is { Done: true, Refused: true, IsListedAsItself: false });

    /// <summary>The endpoint of a listed node.</summary>
    public Uri Translate(ListedAddress listed)
    {
        Uri untranslated = CanonicalEndpoint.Of(listed.Address, listed.ListedBy.Endpoint);
        return options.AddressTranslator?.Translate(listed.Address, untranslated)
            ?? (options.AddressTranslation != AddressTranslationMode.Off && _byAddress.TryGetValue(listed.Address, out Known? known) ? known.Endpoint : untranslated);
    }

    /// <summary>Where a node is, when its own endpoint has said it.</summary>
    public NodeIdentity? IdentityOf(IPAddress address) => _byAddress.TryGetValue(address, out Known? known) ? known.Identity : null;

    /// <summary>Asks the endpoints who they are, where that isn't known; the nodes too, where the options want to know their datacenters and racks.</summary>
    public async Task LearnAsync(
        ImmutableArray<AlternatorNode> seeds, ImmutableArray<AlternatorNode> nodes, IReadOnlyCollection<IPAddress> listed, CancellationToken cancellationToken)
    {
        if (options.AddressTranslation == AddressTranslationMode.Off && !options.IdentifyNodes)
        {
            return;
        }
        List<Task> questions = [];
        foreach (AlternatorNode seed in options.IdentifyNodes ? seeds.Union(nodes) : seeds)
        {
            bool isListedAsItself = IsListedAsItself(seed, listed);
            if (!options.IdentifyNodes && isListedAsItself)
            {
                continue;
            }
            _asked.TryGetValue(seed, out Asked? asked);
            bool known = asked?.Identity is { } identity && listed.Contains(identity.Address);
            TimeSpan pause = asked?.Identity is not null && IPAddress.TryParse(seed.Endpoint.DnsSafeHost, out _) ? AskKnownAgainAfter : AskAgainAfter;
            if (!known && (asked is null || (asked.Done && clock.GetElapsedTime(asked.At) >= pause)))
            {
                _asked[seed] = asked = new Asked(clock.GetTimestamp(), isListedAsItself);
                asked.Question = AskAsync(seed, asked, cancellationToken);
            }
            if (asked is { Done: false })
            {
                questions.Add(asked.Question);
            }
        }
        if (questions.Count > 0)
        {
            await Task.WhenAny(Task.WhenAll(questions), Task.Delay(Patience, clock, cancellationToken)).ConfigureAwait(false);
        }
    }

    private static bool IsListedAsItself(AlternatorNode seed, IReadOnlyCollection<IPAddress> listed) =>
        IPAddress.TryParse(seed.Endpoint.DnsSafeHost, out IPAddress? own) && listed.Contains(own);

    private async Task AskAsync(AlternatorNode seed, Asked asked, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.Discovery.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            asked.Identity = await channel.GetIdentityAsync(seed.Endpoint, either.Token).ConfigureAwait(false);
            asked.Refused = asked.Identity is null;
            if (asked.Identity is { } identity)
            {
                foreach ((IPAddress address, Known known) in _byAddress)
                {
                    if (known.Endpoint == seed.Endpoint && !address.Equals(identity.Address))
                    {
                        _byAddress.TryRemove(address, out _);
                    }
                }
                if (_byAddress.TryAdd(identity.Address, new Known(seed.Endpoint, identity)))
                {
                    LogIdentity(logger, seed.CanonicalEndpoint, identity.Address);
                }
            }
            else
            {
                LogRefused(logger, seed.CanonicalEndpoint);
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException or FormatException or InvalidOperationException or Amazon.Runtime.AmazonClientException)
        {
            // Not reachable now: asked again later.
        }
        finally
        {
            asked.Done = true;
        }
    }

    [LoggerMessage(130, LogLevel.Debug, "The endpoint {Endpoint} is the node that the cluster lists as {Address}.")]
    private static partial void LogIdentity(ILogger logger, string endpoint, IPAddress address);

    [LoggerMessage(131, LogLevel.Debug, "The endpoint {Endpoint} doesn't say which node it is: the role needs SELECT on system.local.")]
    private static partial void LogRefused(ILogger logger, string endpoint);

    private sealed record Known(Uri Endpoint, NodeIdentity Identity);

    private sealed class Asked(long at, bool isListedAsItself)
    {
        public long At { get; } = at;

        public bool IsListedAsItself { get; } = isListedAsItself;

        public Task Question { get; set; } = Task.CompletedTask;

        public volatile bool Done;

        public bool Refused { get; set; }

        public NodeIdentity? Identity { get; set; }
    }
}
