using System.Xml.Linq;

namespace Alternator.EndToEnd.Tests.Packages;

/// <summary>
/// What a user of the packages does: a folder of packages as a source, a new project, <c>dotnet add package</c>, <c>dotnet run</c>.
/// The repository's own NuGet.config names the folder, so it is what is used here, beside a new project outside the repository.
/// </summary>
public sealed class PackageTests(PackedPackages packed) : IClassFixture<PackedPackages>
{
    private static readonly string[] Packages = ["Alternator.Client", "Alternator.Aspire.Client", "Alternator.Emulator"];

    private string Folder => packed.Folder;

    [Fact]
    public void A_package_asks_its_users_for_what_its_project_references_and_for_nothing_else()
    {
        foreach (var package in PackedPackages.Names)
        {
            var project = XDocument.Load(PackedPackages.ProjectOf(package));
            var references = project.Descendants("PackageReference").Select(reference => reference.Attribute("Include")!.Value)
                .Concat(project.Descendants("ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value)));

            Assert.Equal(references.Order(StringComparer.Ordinal), packed.DependenciesOf(package).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task The_packed_packages_are_installed_into_a_new_project_which_builds_and_runs()
    {
        var environment = PackagesOfThisTestOnly();
        var project = Directory.CreateDirectory(Path.Combine(Folder, "Consumer")).FullName;
        await DotnetAsync(environment, project, "new", "web", "--no-restore", "--no-https");
        await File.WriteAllTextAsync(Path.Combine(project, "Program.cs"), Program);
        var version = packed.VersionOf("Alternator.Client");
        foreach (var package in Packages[1..])
            await DotnetAsync(environment, project, "add", "package", package, "--version", version, "--no-restore");
        var run = await DotnetAsync(environment, project, "run", "--no-launch-profile");

        Assert.Equal("health: Healthy\ngot: 42\nmore than one node served: True", run.Output.Trim());
        // They came from the folder, not from anywhere else.
        foreach (var package in Packages)
            Assert.True(Directory.Exists(Path.Combine(Folder, "cache", package.ToLowerInvariant(), version)), $"{package} was not installed from the folder");
    }

    private const string Program = """
        using Alternator.Client;
        using Alternator.Emulator;
        using Amazon.DynamoDBv2;
        using Amazon.DynamoDBv2.Model;
        using Microsoft.Extensions.Diagnostics.HealthChecks;

        await using var cluster = await EmulatorCluster.StartAsync(new() { Nodes = 3 });
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration["ConnectionStrings:alternator"] = cluster.ConnectionString;
        builder.AddAlternatorClient("alternator");
        await using var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        await app.StartAsync();

        var dynamoDb = app.Services.GetRequiredService<IAmazonDynamoDB>();
        await dynamoDb.CreateTableAsync(new CreateTableRequest
        {
            TableName = "numbers",
            KeySchema = [new("id", KeyType.HASH)],
            AttributeDefinitions = [new("id", ScalarAttributeType.S)],
            BillingMode = BillingMode.PAY_PER_REQUEST,
        });
        await dynamoDb.PutItemAsync("numbers", new() { ["id"] = new("answer"), ["n"] = new() { N = "42" } });
        GetItemResponse? got = null;
        for (var i = 0; i < 60; i++)
            got = await dynamoDb.GetItemAsync("numbers", new Dictionary<string, AttributeValue> { ["id"] = new("answer") }, true);
        var health = await app.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        Console.WriteLine($"health: {health.Status}");
        Console.WriteLine($"got: {got!.Item["n"].N}");
        Console.WriteLine($"more than one node served: {cluster.Nodes.Count(node => node.RequestCount > 0) > 1}");
        await app.StopAsync();
        """;

    /// <summary>
    /// Our packages go to an empty cache of this test's, so that none of an earlier build is taken. All others are read where they are already.
    /// </summary>
    private Dictionary<string, string?> PackagesOfThisTestOnly()
    {
        var known = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var others = Directory.CreateDirectory(Path.Combine(Folder, "others")).FullName;
        foreach (var package in Directory.GetDirectories(known).Where(path => !Path.GetFileName(path).StartsWith("alternator.", StringComparison.Ordinal)))
            Directory.CreateSymbolicLink(Path.Combine(others, Path.GetFileName(package)), package);
        return new() { ["NUGET_PACKAGES"] = Path.Combine(Folder, "cache"), ["NUGET_FALLBACK_PACKAGES"] = others };
    }

    private static Task<Finished> DotnetAsync(Dictionary<string, string?> environment, string directory, params string[] arguments) =>
        PackedPackages.DotnetAsync(environment, directory, arguments);
}
