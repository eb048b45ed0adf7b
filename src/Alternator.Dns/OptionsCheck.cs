using System.Collections.Immutable;
using System.Net;
using Alternator.Client;
using Alternator.Dns.Messages;
using Alternator.Dns.Zones;

namespace Alternator.Dns;

/// <summary>Turns options into what the server works with, or says which option is wrong and what it may be.</summary>
internal static class OptionsCheck
{
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public static void Check(AlternatorDnsOptions options, bool needsEndpoints)
    {
        if (needsEndpoints && options.Endpoints.Count == 0)
            throw new ArgumentException("Endpoints is empty: name at least one node, such as http://127.0.0.1:8000.", nameof(options));

        foreach (Uri endpoint in options.Endpoints)
        {
            if (!endpoint.IsAbsoluteUri || endpoint.Scheme is not ("http" or "https"))
                throw new ArgumentException($"Endpoints has '{endpoint}', which is not of the form http://host:port or https://host:port.", nameof(options));
        }

        Range(options, options.Ttl.TotalSeconds is >= 0 and <= 604800 && options.Ttl.Ticks % TimeSpan.TicksPerSecond == 0, nameof(options.Ttl), options.Ttl, "whole seconds, up to a week");
        Positive(options, options.Refresh, nameof(options.Refresh));
        Positive(options, options.MaxStale, nameof(options.MaxStale));
        Positive(options, options.ForwardTimeout, nameof(options.ForwardTimeout));
        Positive(options, options.TcpIdleTimeout, nameof(options.TcpIdleTimeout));
        Positive(options, options.TcpMessageTimeout, nameof(options.TcpMessageTimeout));
        Range(options, options.DrainDelay >= TimeSpan.Zero, nameof(options.DrainDelay), options.DrainDelay, "zero or more");
        Range(options, options.DrainTimeout >= TimeSpan.Zero, nameof(options.DrainTimeout), options.DrainTimeout, "zero or more");
        Range(options, Enum.IsDefined(options.Answers), nameof(options.Answers), options.Answers, "One or All");
        Range(options, options.MaxAnswers is >= 1 and <= 1024, nameof(options.MaxAnswers), options.MaxAnswers, "from 1 to 1024");
        Range(options, options.UdpPayload is >= 512 and <= 4096, nameof(options.UdpPayload), options.UdpPayload, "from 512 to 4096");
        Range(options, options.QueriesPerSecond >= 0, nameof(options.QueriesPerSecond), options.QueriesPerSecond, "zero (no limit) or more");
        Range(options, options.MaxConnections >= 1, nameof(options.MaxConnections), options.MaxConnections, "1 or more");
        Range(options, options.MaxConnectionsPerSource >= 1, nameof(options.MaxConnectionsPerSource), options.MaxConnectionsPerSource, "1 or more");
        Range(options, options.UdpThreads is >= 1 and <= 64, nameof(options.UdpThreads), options.UdpThreads, "from 1 to 64");

        foreach (IPEndPoint upstream in options.Forward)
        {
            if (upstream.Port == 0)
                throw new ArgumentException($"Forward has {upstream}: an upstream server needs a port, usually 53.", nameof(options));
            if (options.Listen.Any(own => own.Port == upstream.Port && (own.Address.Equals(upstream.Address) || IsAny(own.Address) && IPAddress.IsLoopback(upstream.Address))))
                throw new ArgumentException($"Forward has {upstream}, which is this server itself: queries would go round in a circle.", nameof(options));
        }

        foreach (RoutingScope scope in options.NamedScopes)
        {
            if (scope.DatacenterName is null)
                throw new ArgumentException("NamedScopes has the cluster: that is what the zone's own name shows. Name datacenters and racks.", nameof(options));
        }

        _ = Names(options);
    }

    public static ZoneSettings Zone(AlternatorDnsOptions options, ImmutableArray<IPEndPoint> bound, string scheme) => new()
    {
        Names = Names(options),
        Ttl = (uint)options.Ttl.TotalSeconds,
        Answers = options.Answers,
        MaxAnswers = options.MaxAnswers,
        UdpPayload = options.UdpPayload,
        Scheme = scheme,
        Forwards = options.Forward.Count > 0,
        NameServerAddresses = options.NameServerAddresses.Count > 0
            ? [.. options.NameServerAddresses]
            : [.. bound.Select(endPoint => endPoint.Address).Where(address => !IsAny(address)).Distinct()],
    };

    private static ImmutableArray<DomainName> Names(AlternatorDnsOptions options)
    {
        try
        {
            return options.Names.Count == 0
                ? [DomainName.Parse("alternator.local")]
                : [.. options.Names.Select(DomainName.Parse).Distinct()];
        }
        catch (FormatException exception)
        {
            throw new ArgumentException($"Names: {exception.Message}", nameof(options), exception);
        }
    }

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private static void Positive(AlternatorDnsOptions options, TimeSpan value, string name) => Range(options, value > TimeSpan.Zero, name, value, "more than zero");

    private static void Range(AlternatorDnsOptions options, bool holds, string name, object value, string allowed)
    {
        if (!holds)
            throw new ArgumentException($"{name} is {value}; it must be {allowed}.", nameof(options));
    }
}
