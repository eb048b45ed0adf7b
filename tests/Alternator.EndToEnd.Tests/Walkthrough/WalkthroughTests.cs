using Alternator.Emulator;

namespace Alternator.EndToEnd.Tests.Walkthrough;

/// <summary>The walkthroughs in other tongues, run as they are written, each against an emulator of its own.</summary>
public sealed class WalkthroughTests
{
    [AwsCliFact]
    public async Task The_music_collection_with_the_aws_cli()
    {
        await using var cluster = await EmulatorCluster.StartAsync(new() { Nodes = 1 });
        var walk = await RunningProgram.RunAsync(Script("music-collection.sh"), [Endpoint(cluster)], Environment);
        Assert.True(walk.ExitCode == 0, walk.Everything);
        var said = string.Concat(walk.Output.Where(c => !char.IsWhiteSpace(c)));
        Assert.Contains("""["MusicCollection","ACTIVE"]""", said);
        Assert.Contains("""[["CallMeToday","SomewhatFamous"]]""", said);
        Assert.Contains("""{"songs":["CallMeToday","ScaredofMyShadow"],"count":2}""", said);
        Assert.Contains("==deleteasong\"CallMeToday\"", said);
        Assert.Contains("==dropthetable\"DELETING\"false", said);
    }

    [Boto3Fact]
    public async Task The_mutants_with_boto3()
    {
        await using var cluster = await EmulatorCluster.StartAsync(new() { Nodes = 1 });
        Assert.Equal("created mutant_data: ACTIVE, PAY_PER_REQUEST", await PythonAsync("mutants_create.py", cluster));
        Assert.Equal("wrote 2 items to mutant_data", await PythonAsync("mutants_write.py", cluster));
        Assert.Equal("Jim Jeffries, 1211 Hollywood Lane\nBob Loblaw, 1313 Mockingbird Lane", await PythonAsync("mutants_read.py", cluster));
    }

    private static readonly Dictionary<string, string?> Environment = new() { ["PYTHONDONTWRITEBYTECODE"] = "1", ["AWS_CONFIG_FILE"] = "/dev/null" };

    private static async Task<string> PythonAsync(string program, EmulatorCluster cluster)
    {
        var run = await RunningProgram.RunAsync(Needs.PythonWithBoto3!, [Script(program), Endpoint(cluster)], Environment);
        Assert.True(run.ExitCode == 0, run.Everything);
        return run.Output.Trim();
    }

    private static string Script(string name) => Repository.File("playground", "walkthrough", name);

    private static string Endpoint(EmulatorCluster cluster) => cluster.Nodes[0].Endpoint.ToString();
}
