using Alternator.Client;
using Alternator.Dns.Cluster;

namespace Alternator.Dns.Tests.Cluster;

/// <summary>What the server asks of the nodes is set for a process that sends no requests itself.</summary>
public class NodesOptionsTests
{
    [Theory]
    [InlineData(0.1, 1)]
    [InlineData(1, 2)]
    [InlineData(10, 5)]
    public void The_refresh_is_the_interval_of_lists_and_probes_and_bounds_their_patience(double refresh, double patience)
    {
        AlternatorNodesOptions nodes = Nodes(options => options.Refresh = TimeSpan.FromSeconds(refresh));

        TimeSpan interval = TimeSpan.FromSeconds(refresh), time = TimeSpan.FromSeconds(patience);
        Assert.Equal((interval, interval, time), (nodes.Discovery.ActiveInterval, nodes.Discovery.IdleInterval, nodes.Discovery.Timeout));
        Assert.Equal((interval, interval, time), (nodes.Health.ActiveProbeInterval, nodes.Health.ProbePeriod, nodes.Health.ProbeTimeout));
    }

    [Fact]
    public void One_failed_probe_takes_a_node_out_and_one_good_one_brings_it_back()
    {
        AlternatorNodesOptions nodes = Nodes(_ => { });

        Assert.Equal((1, 1, 1), (nodes.Health.ActiveFailuresToDown, nodes.Health.QuarantineFailuresToDown, nodes.Health.ProbeSuccessesToQuarantined));
    }

    [Fact]
    public void Endpoints_scope_credentials_and_tls_are_those_of_the_server()
    {
        var credentials = new Amazon.Runtime.BasicAWSCredentials("a", "s");
        AlternatorNodesOptions nodes = Nodes(options =>
        {
            options.Credentials = credentials;
            options.Tls.CaFile = "ca";
            options.Tls.ClientCertificateFile = "certificate";
            options.Tls.ClientKeyFile = "key";
            options.Tls.ServerName = "name";
            options.Tls.DangerousAcceptAnyServerCertificate = true;
        });

        Assert.Equal(["http://n1:8000/", "https://n2:8043/"], nodes.Endpoints.Select(endpoint => endpoint.ToString()));
        Assert.Equal(RoutingScope.Datacenter("dc1"), nodes.Scope);
        Assert.Same(credentials, nodes.Credentials);
        Assert.Equal(
            ("ca", "certificate", "key", "name", true),
            (nodes.Tls.CaFile, nodes.Tls.ClientCertificateFile, nodes.Tls.ClientKeyFile, nodes.Tls.ServerName, nodes.Tls.DangerousAcceptAnyServerCertificate));
    }

    private static AlternatorNodesOptions Nodes(Action<AlternatorDnsOptions> configure)
    {
        var options = new AlternatorDnsOptions { Endpoints = { new Uri("http://n1:8000"), new Uri("https://n2:8043") } };
        configure(options);
        return NodeSource.NodesOptions(options, RoutingScope.Datacenter("dc1"));
    }
}
