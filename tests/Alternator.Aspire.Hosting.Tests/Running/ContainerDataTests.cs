using System.Net;
using System.Net.Sockets;
using Alternator.Client;
using Amazon.DynamoDBv2.Model;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Alternator.Aspire.Hosting.Tests;

/// <summary>What outlives an AppHost: volumes, folders of the host, containers that stay.</summary>
[Collection(Orchestrator.OtherLane)]
public sealed class ContainerDataTests : IDisposable
{
    private readonly string _id = Guid.NewGuid().ToString("N")[..8];
    private readonly string _folder = Directory.CreateTempSubdirectory("alternator-data-").FullName;
    private readonly int _port = FreePort();
    private readonly (string, int)[] _portsOfKept = [("http", FreePort()), ("cql", FreePort()), ("rest", FreePort()), ("metrics", FreePort())];

    [EngineFact]
    public async Task Data_outlives_the_AppHost_in_volumes_in_folders_and_in_containers_that_stay()
    {
        string kept;
        await using (DistributedApplication first = await RunAsync("first-secret"))
        {
            await first.HealthyAsync("secretive");
            kept = await ContainerAsync(first);
            foreach ((string resource, string table) in Tables)
                await WriteAsync(first, resource, table);
            // One port for all nodes, on an address each.
            Assert.Equal($"Endpoints=http://127.0.0.1:{_port},http://127.0.0.2:{_port};AccessKey=app;SecretKey=0123456789abcdef", await ConnectionStringAsync(first, "cluster"));
        }
        Assert.Equal([$"data-{_id}-1", $"data-{_id}-2"], (ContainerEngine.Run("volume", "ls", "--quiet", "--filter", $"name=data-{_id}") ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());
        Assert.NotEmpty(Directory.EnumerateFileSystemEntries(Path.Combine(_folder, "mounted")));
        Assert.Equal("running", ContainerEngine.Run("inspect", kept, "--format", "{{.State.Status}}")?.Trim());

        await using (DistributedApplication second = await RunAsync("second-secret"))
        {
            Assert.Equal(kept, await ContainerAsync(second));
            foreach ((string resource, string table) in Tables)
                await ReadAsync(second, resource, table);
            // The role is part of the data: a new secret, as a generated one is when nobody keeps it, opens nothing, and the health says why.
            await second.UntilAsync("secretive", s => s.HealthReports.Any(report => report.Description?.Contains("has the secret of its first boot", StringComparison.Ordinal) == true));
        }
    }

    private static readonly (string Resource, string Table)[] Tables = [("cluster", "music"), ("mounted", "books"), ("kept", "films")];

    private async Task<DistributedApplication> RunAsync(string secretOfThisRun)
    {
        IDistributedApplicationBuilder builder = Orchestrator.CreateBuilder("--DcpPublisher:RandomizePorts=false");
        IResourceBuilder<ParameterResource> secret = builder.AddParameter("secret", "0123456789abcdef", secret: true);
        builder.AddAlternatorCluster("cluster", nodes: 2).WithImageTag(ContainerEngine.Tag).WithAuthorization("app", secret).WithDataVolume($"data-{_id}").WithHostPort(_port)
            .AddTable("music", partitionKey: "key");
        builder.AddAlternator("mounted").WithImageTag(ContainerEngine.Tag).WithDataBindMount(Path.Combine(_folder, "mounted")).AddTable("books", partitionKey: "key");
        IResourceBuilder<AlternatorResource> kept = builder.AddAlternator("kept").WithImageTag(ContainerEngine.Tag).WithLifetime(ContainerLifetime.Persistent).WithContainerName($"kept-{_id}");
        // The ports are part of what a container that stays is known by. This AppHost has no user secrets, in which Aspire would keep them.
        foreach ((string endpoint, int port) in _portsOfKept)
            kept.WithEndpoint(endpoint, e => e.Port = port);
        kept.AddTable("films", partitionKey: "key");
        builder.AddAlternator("secretive").WithImageTag(ContainerEngine.Tag).WithDataVolume($"secretive-{_id}").WithAuthorization("app", builder.AddParameter("secret-of-this-run", secretOfThisRun, secret: true));
        DistributedApplication application = await builder.StartAsync();
        foreach ((_, string table) in Tables)
            await application.HealthyAsync(table);
        return application;
    }

    private static async Task<string> ConnectionStringAsync(DistributedApplication application, string resource)
    {
        var model = (DistributedApplicationModel)application.Services.GetService(typeof(DistributedApplicationModel))!;
        return (await ((IResourceWithConnectionString)model.Resources.Single(r => r.Name == resource)).GetConnectionStringAsync())!;
    }

    private static async Task<string> ContainerAsync(DistributedApplication application) =>
        (string)(await application.UntilAsync("kept", s => s.State?.Text == KnownResourceStates.Running)).Snapshot.Properties.Single(p => p.Name == "container.id").Value!;

    private static async Task WriteAsync(DistributedApplication application, string resource, string table)
    {
        await using var client = new AlternatorDynamoDBClient(await ConnectionStringAsync(application, resource));
        await client.PutItemAsync(table, new() { ["key"] = new("kept"), ["value"] = new(table) });
    }

    private static async Task ReadAsync(DistributedApplication application, string resource, string table)
    {
        await using var client = new AlternatorDynamoDBClient(await ConnectionStringAsync(application, resource));
        GetItemResponse response = await client.GetItemAsync(table, new() { ["key"] = new("kept") });
        Assert.True(response.IsItemSet, $"{resource} lost its data");
        Assert.Equal(table, response.Item["value"].S);
    }

    /// <summary>A port that is free on 127.0.0.1 and 127.0.0.2, and below those that systems give to whoever asks for any, so that nothing takes it until the container does.</summary>
    private static int FreePort()
    {
        while (true)
        {
            int port = Random.Shared.Next(20_000, 32_000);
            using var one = new TcpListener(IPAddress.Loopback, port);
            using var two = new TcpListener(IPAddress.Parse("127.0.0.2"), port);
            try
            {
                one.Start();
                two.Start();
                return port;
            }
            catch (SocketException)
            {
            }
        }
    }

    public void Dispose()
    {
        if (ContainerEngine.Missing is not null)
            return;
        ContainerEngine.Run("rm", "--force", "--volumes", $"kept-{_id}");
        foreach (int node in new[] { 1, 2 })
            ContainerEngine.Run("volume", "rm", $"data-{_id}-{node}");
        ContainerEngine.Run("volume", "rm", $"secretive-{_id}");
        Directory.Delete(_folder, recursive: true);
    }
}
