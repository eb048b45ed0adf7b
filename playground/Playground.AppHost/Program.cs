using Playground.AppHost;

#pragma warning disable ASPIRECERTIFICATES001 // Nothing here speaks HTTPS; without saying so, the dashboard opens with an error about a missing development certificate.

var builder = DistributedApplication.CreateBuilder(args);
builder.ChooseDashboardAddresses();

// Three ScyllaDB containers; where no container engine answers, three emulated nodes in this process. The dashboard says which.
var alternator = builder.AddAlternatorCluster("alternator")
    .WithHostPort(builder.UsualOrAny(8000, addresses: 3))
    .WithDynamoDbAdmin()
    .OrEmulator()
    .PublishAsConnectionString();

var music = alternator.AddTable("music", "MusicCollection", "Artist", "SongTitle").WithSeedData("seed/music.json");
var mutants = alternator.AddTable("mutants", "mutant_data", "last_name").WithSeedData("seed/mutants.json");

// A .NET service: AddAlternatorClient("alternator") takes the connection string and balances over all nodes.
var web = builder.AddProject<Projects.Playground_Web>("web")
    .WithHttpEndpoint(port: builder.UsualOrAny(5080))
    .WithHttpHealthCheck("/health")
    .WithReference(alternator)
    .WithEmulatorControl(alternator)
    .WithReplicas(2)
    .WithEnvironment("PLAYGROUND_REPLICAS", "2")
    .WithoutHttpsCertificate()
    .WaitFor(music)
    .WaitFor(mutants);

// Anything else: the variables that every AWS SDK reads.
if (Python.WithBoto3() is { } python)
{
    builder.AddExecutable("python", python, "../Playground.PythonService", "service.py")
        .WithHttpEndpoint(env: "PORT")
        .WithHttpHealthCheck("/health")
        .WithReference(alternator)
        .WaitFor(music);
}

builder.PrintWhereToLook(web, alternator);
builder.Build().Run();
