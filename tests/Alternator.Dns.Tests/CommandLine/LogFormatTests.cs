using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Alternator.Dns.Tests.Support;
using Alternator.Emulator;

namespace Alternator.Dns.Tests.CommandLine;

public partial class LogFormatTests
{
    [Fact]
    public async Task As_json_every_line_of_standard_error_is_an_object_with_the_messages_values_as_fields()
    {
        string[] lines = await RunAsync("--log-format", "Json");

        // A reader of logs parses line by line; one that is not an object would end it.
        JsonObject[] entries = [.. lines.Select(line => JsonNode.Parse(line)!.AsObject())];
        Assert.All(entries, entry =>
        {
            Assert.Equal(TimeSpan.Zero, DateTimeOffset.ParseExact((string)entry["Timestamp"]!, "yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).Offset);
            Assert.InRange(entry["EventId"]!.GetValue<int>(), 1, 999);
            Assert.False(string.IsNullOrEmpty((string?)entry["LogLevel"]));
            Assert.StartsWith("Alternator.", (string?)entry["Category"], StringComparison.Ordinal);
            Assert.False(string.IsNullOrEmpty((string?)entry["Message"]));
        });

        JsonObject live = entries.Last(entry => (int)entry["EventId"]! == 12);
        Assert.Equal(("Alternator.Dns", "Information"), ((string)live["Category"]!, (string)live["LogLevel"]!));
        Assert.Equal((3, 3), ((int)live["State"]!["Live"]!, (int)live["State"]!["Nodes"]!));
        Assert.Equal("127.0.0.1 127.0.0.2 127.0.0.3", Sorted((string)live["State"]!["Addresses"]!));
        Assert.Equal("Stopped", (string?)entries[^1]["Message"]);
    }

    [Fact]
    public async Task As_text_every_message_is_one_line_with_its_time_level_and_category()
    {
        string[] lines = await RunAsync();

        Assert.All(lines, line => Assert.Matches(TextLine(), line));
        Assert.Contains(lines, line => line.Contains(" info: Alternator.Dns[12] 3 of 3 nodes are live", StringComparison.Ordinal));
        Assert.EndsWith("Stopped", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Below_the_log_level_nothing_is_written()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync();
        using ProgramProcess program = await ProgramProcess.StartAsync("--node", $"127.0.0.1:{cluster.Port}", "--log-level", "Error");

        Assert.Equal(0, await program.TerminateAsync());
        Assert.Empty(program.Errors);
    }

    [GeneratedRegex(@"^\d\d:\d\d:\d\d (info|warn|fail): Alternator\.[A-Za-z.]+\[\d+\] \S")]
    private static partial Regex TextLine();

    /// <summary>Runs the program until it has found the nodes, and ends it by a signal.</summary>
    private static async Task<string[]> RunAsync(params string[] arguments)
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync();
        using ProgramProcess program = await ProgramProcess.StartAsync(["--node", $"127.0.0.1:{cluster.Port}", .. arguments]);
        await LiveServer.UntilAsync(
            () => Task.FromResult(program.Errors.Any(line => line.Contains("3 of 3 nodes are live", StringComparison.Ordinal))), "all nodes are found");

        Assert.Single(new TestResponse((await LiveServer.AskUdpAsync(program.EndPoint, TestQuery.Build("alternator.local")))!).Answers);
        Assert.Equal(0, await program.TerminateAsync());
        return [.. program.Errors];
    }

    private static string Sorted(string addresses) => string.Join(' ', addresses.Split(' ').Order(StringComparer.Ordinal));
}
