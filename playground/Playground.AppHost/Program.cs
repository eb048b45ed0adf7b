using Playground.AppHost;

var builder = DistributedApplication.CreateBuilder(args);

// Three ScyllaDB containers; where no container engine answers, three emulated nodes in this process. The dashboard says which.
var alternator = builder.AddAlternatorCluster("alternator")
    .WithDynamoDbAdmin()
    .OrEmulator()
    .PublishAsConnectionString();

var music = alternator.AddTable("music", "MusicCollection", "Artist", "SongTitle").WithSeedData("seed/music.json");
var mutants = alternator.AddTable("mutants", "mutant_data", "last_name").WithSeedData("seed/mutants.json");

// A .NET service: AddAlternatorClient("alternator") takes the connection string and balances over all nodes.
builder.AddProject<Projects.Playground_Web>("web")
    .WithHttpEndpoint()
    .WithHttpHealthCheck("/health")
    .WithReference(alternator)
    .WithEmulatorControl(alternator)
    .WithReplicas(2)
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

builder.Build().Run();
