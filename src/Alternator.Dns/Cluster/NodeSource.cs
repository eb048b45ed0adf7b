using Alternator.Client;

namespace Alternator.Dns.Cluster;

/// <summary>Nodes of one scope, and whether the server owns the <see cref="AlternatorNodes"/> that finds them.</summary>
/// <param name="Nodes">Finds and probes the nodes.</param>
/// <param name="Scope">What they were asked to find.</param>
/// <param name="IsOwned">True if they start and end with the server.</param>
internal sealed record NodeSource(AlternatorNodes Nodes, RoutingScope Scope, bool IsOwned)
{
    /// <summary>The settings of <see cref="AlternatorNodes"/> that suit a server which itself sends no requests.</summary>
    public static AlternatorNodesOptions NodesOptions(AlternatorDnsOptions options, RoutingScope scope)
    {
        // A probe that takes longer than this means that the node is of no use to a client now.
        var patience = TimeSpan.FromSeconds(Math.Clamp(2 * options.Refresh.TotalSeconds, 1, 5));
        var nodes = new AlternatorNodesOptions
        {
            Scope = scope,
            IdentifyNodes = true,
            Credentials = options.Credentials,
            Discovery = { ActiveInterval = options.Refresh, IdleInterval = options.Refresh, Timeout = patience },
            Health =
            {
                // One failed probe takes a node out of the answers and one good one brings it back: nobody is cut off by it,
                // since the answers name the last known nodes when none is left.
                ActiveProbeInterval = options.Refresh,
                ProbePeriod = options.Refresh,
                ProbeTimeout = patience,
                ProbeConcurrency = 16,
                ActiveFailuresToDown = 1,
                QuarantineFailuresToDown = 1,
                ProbeSuccessesToQuarantined = 1,
            },
            Tls =
            {
                CaFile = options.Tls.CaFile,
                ClientCertificateFile = options.Tls.ClientCertificateFile,
                ClientKeyFile = options.Tls.ClientKeyFile,
                ServerName = options.Tls.ServerName,
                DangerousAcceptAnyServerCertificate = options.Tls.DangerousAcceptAnyServerCertificate,
            },
        };
        foreach (Uri endpoint in options.Endpoints)
            nodes.Endpoints.Add(endpoint);
        return nodes;
    }
}
