using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Alternator.Emulator.Tests.Nodes;

public sealed class OptionsTests
{
    public static TheoryData<string, EmulatorOptions> Impossible => new()
    {
        { nameof(EmulatorOptions.Nodes), new() { Nodes = 0 } },
        { nameof(EmulatorOptions.Nodes), new() { Nodes = 101 } },
        { nameof(EmulatorOptions.Port), new() { Port = 65536 } },
        { nameof(EmulatorOptions.HttpsPort), new() { HttpsPort = -1 } },
        { nameof(EmulatorOptions.HttpsPort), new() { Port = 9000, HttpsPort = 9000 } },
        { nameof(EmulatorOptions.ControlPort), new() { ControlPort = -1 } },
        { nameof(EmulatorOptions.Address), new() { Address = "localhost" } },
        { nameof(EmulatorOptions.SyntheticAddress), new() { SyntheticAddress = "::1" } },
        { nameof(EmulatorOptions.Racks), new() { Racks = [] } },
        { nameof(EmulatorOptions.Racks), new() { Racks = [" "] } },
        { nameof(EmulatorOptions.Datacenters), new() { Datacenters = [new("a", 1), new("a", 1)] } },
        { nameof(EmulatorOptions.MaxRequestBytes), new() { MaxRequestBytes = 0 } },
        { nameof(EmulatorOptions.MaxConcurrentRequests), new() { MaxConcurrentRequests = 0 } },
        { nameof(EmulatorOptions.ResponseCompressionLevel), new() { ResponseCompressionLevel = 10 } },
        { nameof(EmulatorOptions.IndexBuildTime), new() { IndexBuildTime = TimeSpan.FromSeconds(-1) } },
        { nameof(EmulatorOptions.NoticeDelay), new() { NoticeDelay = TimeSpan.FromSeconds(-1) } },
        { nameof(EmulatorOptions.Roles), new() { Roles = [new("a/b", "x")] } },
    };

    [Theory]
    [MemberData(nameof(Impossible), DisableDiscoveryEnumeration = true)]
    public async Task What_cannot_be_is_refused_by_name(string option, EmulatorOptions options)
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(() => EmulatorCluster.StartAsync(options));
        Assert.Equal(option, error.ParamName);
    }

    [Fact]
    public async Task A_taken_port_is_named_with_what_to_do()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
        taken.Listen();
        int port = ((IPEndPoint)taken.LocalEndPoint!).Port;
        var error = await Assert.ThrowsAsync<AddressInUseException>(() => EmulatorCluster.StartAsync(new() { Port = port }));
        Assert.Contains($"127.0.0.2:{port}", error.Message, StringComparison.Ordinal);
        Assert.Contains("another port", error.Message, StringComparison.Ordinal);
        var control = await Assert.ThrowsAsync<AddressInUseException>(async () =>
        {
            await using EmulatorCluster first = await EmulatorCluster.StartAsync(new() { Nodes = 1 });
            await using EmulatorCluster second = await EmulatorCluster.StartAsync(new() { Nodes = 1, ControlPort = first.ControlEndpoint!.Port });
        });
        Assert.Contains("ControlPort", control.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_clusters_with_free_ports_live_side_by_side()
    {
        await using EmulatorCluster one = await EmulatorCluster.StartAsync();
        await using EmulatorCluster two = await EmulatorCluster.StartAsync();
        Assert.NotEqual(one.Port, two.Port);
    }

    [Fact]
    public async Task The_connection_string_lists_every_node_and_has_keys_only_when_they_are_needed()
    {
        await using EmulatorCluster open = await EmulatorCluster.StartAsync(new() { Nodes = 2 });
        Assert.Equal($"Endpoints=http://127.0.0.1:{open.Port},http://127.0.0.2:{open.Port}", open.ConnectionString);
        await using EmulatorCluster closed = await EmulatorCluster.StartAsync(new() { Nodes = 1, EnforceAuthorization = true, Roles = [new("nologin", "x", CanLogin: false), new("me", "mine")] });
        Assert.Equal($"Endpoints=http://127.0.0.1:{closed.Port};AccessKey=me;SecretKey=mine", closed.ConnectionString);
        Assert.Null(closed.HttpsConnectionString);
        await using EmulatorCluster secure = await EmulatorCluster.StartAsync(new() { Nodes = 2, HttpsPort = 0, EnforceAuthorization = true, Roles = [new("me", "mi;\"ne")] });
        Assert.Equal($"Endpoints=https://127.0.0.1:{secure.HttpsPort},https://127.0.0.2:{secure.HttpsPort};AccessKey=me;SecretKey=\"mi;\"\"ne\"", secure.HttpsConnectionString);
    }

    [Fact]
    public async Task Without_control_there_is_no_control_endpoint()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new() { Nodes = 1, Control = false });
        Assert.Null(cluster.ControlEndpoint);
    }
}
