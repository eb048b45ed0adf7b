using System.Text.RegularExpressions;

namespace Alternator.EndToEnd.Tests.AppHost;

/// <summary>The program that <c>./run</c> ends in, as a person sees it at the terminal.</summary>
[Collection(nameof(AppHostProgramTests))]
public sealed partial class AppHostProgramTests
{
    [Fact]
    public async Task It_tells_where_dashboard_page_and_nodes_are_and_ends_on_ctrl_c()
    {
        await using var program = RunningProgram.Start("dotnet", [Repository.Playground("Playground.AppHost")], new Dictionary<string, string?>
        {
            ["DOTNET_ENVIRONMENT"] = "Development",
            ["Logging__LogLevel__Default"] = "Warning",
            // Without a container engine, also where one runs.
            ["DOCKER_HOST"] = "unix:///nowhere/docker.sock",
            ["ASPIRE_VERSION_CHECK_DISABLED"] = "true",
        });
        await program.UntilPrintedAsync("Ctrl-C stops everything.", seconds: 180);

        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(60) };
        Assert.Contains("Aspire", await http.GetStringAsync(Line("dashboard", program.Output)));
        Assert.Contains("<title>Alternator playground</title>", await http.GetStringAsync(Line("page", program.Output)));
        Assert.StartsWith("[\"127.0.0.1\"", await http.GetStringAsync(new Uri(Line("nodes", program.Output), "/localnodes")));
        Assert.Contains("Emulator in the AppHost's process, not ScyllaDB: no container engine (", program.Output);
        Assert.DoesNotContain("fail:", program.Output);

        await program.SignalAsync("INT");
        Assert.Equal(0, (await program.FinishAsync(seconds: 120)).ExitCode);
    }

    private static Uri Line(string what, string printed) => new(Address().Matches(printed).First(line => line.Groups[1].Value == what).Groups[2].Value);

    [GeneratedRegex(@"^\s+(\w+)\s+(http://\S+)", RegexOptions.Multiline)]
    private static partial Regex Address();
}

/// <summary>Alone on the machine, as <see cref="RunningAppHost"/>.</summary>
[CollectionDefinition(nameof(AppHostProgramTests), DisableParallelization = true)]
public sealed class AppHostProgram;
