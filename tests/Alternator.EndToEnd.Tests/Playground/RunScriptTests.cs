using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Alternator.EndToEnd.Tests.Playground;

/// <summary><c>./run</c> and the program behind it, as a person types them.</summary>
public sealed partial class RunScriptTests
{
    private static readonly string Local = Repository.Playground("Playground.Local");

    [Fact]
    public async Task Help_lists_every_option_and_builds_nothing()
    {
        var help = await RunningProgram.RunAsync(Repository.File("run"), ["--help"]);
        Assert.Equal(0, help.ExitCode);
        foreach (var option in new[] { "--local", "--nodes", "--port", "--address", "--web-port", "--help" })
            Assert.Contains(option, help.Output);
        Assert.DoesNotContain("building", help.Everything);

        var same = await RunningProgram.RunAsync("dotnet", [Local, "--help"]);
        Assert.Equal(help.Output, same.Output);
    }

    [Fact]
    public async Task An_unknown_option_is_named_before_anything_is_built()
    {
        var mistyped = await RunningProgram.RunAsync(Repository.File("run"), ["--prot", "9000"]);
        Assert.Equal(2, mistyped.ExitCode);
        Assert.Equal("run: unknown option --prot; --help lists the options", mistyped.Errors.Trim());
        Assert.DoesNotContain("building", mistyped.Everything);
    }

    [Theory]
    [InlineData("--nodes takes a number from 1 to 10, not 'many'", "--nodes", "many")]
    [InlineData("--nodes takes a number from 1 to 10, not '11'", "--nodes=11")]
    [InlineData("--port takes a number from 0 to 65535, not '65536'", "--port", "65536")]
    [InlineData("--address takes an IPv4 loopback address such as 127.0.0.1, not '10.0.0.1'", "--address", "10.0.0.1")]
    [InlineData("--port needs a value", "--port")]
    [InlineData("unknown option 8000; --help lists the options", "8000")]
    public async Task A_wrong_value_is_told_with_what_would_be_right(string told, params string[] arguments)
    {
        var refused = await RunningProgram.RunAsync("dotnet", [Local, .. arguments]);
        Assert.Equal(2, refused.ExitCode);
        Assert.Equal($"run: {told}", refused.Errors.Trim());
    }

    [Theory]
    [InlineData("--port", "127.0.91.2")]
    [InlineData("--web-port", "127.0.0.1")]
    public async Task A_taken_port_that_was_asked_for_is_an_error_that_says_what_to_do(string option, string address)
    {
        using var other = new TcpListener(IPAddress.Parse(address), 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port.ToString();
        string[] free = option == "--port" ? ["--web-port", "0"] : ["--port", "0"];
        var refused = await RunningProgram.RunAsync("dotnet", [Local, option, port, "--address", "127.0.91.1", .. free]);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains($"run: port {port}", refused.Errors);
        Assert.Contains("is taken", refused.Errors);
        Assert.Contains($"give {option} another one, or leave it out", refused.Errors);
    }

    [Fact]
    public async Task When_the_usual_ports_are_taken_others_are_found()
    {
        using var nodes = Take(IPAddress.Parse("127.0.92.1"), 8000);
        using var page = Take(IPAddress.Loopback, 5080);
        await using var playground = RunningProgram.Start("dotnet", [Local, "--address", "127.0.92.1"]);
        await playground.UntilPrintedAsync("Ctrl-C stops it.");
        Assert.Contains("port 8000 is taken: the nodes listen on another one", playground.Output);
        Assert.DoesNotContain(":5080", playground.Output);
        Assert.DoesNotContain("127.0.92.1:8000", playground.Output);
        await playground.SignalAsync("TERM");
        Assert.Equal(0, (await playground.FinishAsync()).ExitCode);
    }

    [Fact]
    public async Task The_script_builds_starts_serves_and_stops_on_ctrl_c_leaving_no_process()
    {
        await using var script = RunningProgram.Start(Repository.File("run"), ["--local", "--port=0", "--web-port=0", "--nodes=2", "--address=127.0.93.1"]);
        await script.UntilPrintedAsync("Ctrl-C stops it.", seconds: 240);
        Assert.Contains("run: emulated nodes and the web service without an AppHost, because --local was given", script.Output);
        var page = new Uri(PageLine().Match(script.Output).Groups[1].Value);
        using (var http = new HttpClient())
        {
            Assert.Contains("<title>Alternator playground</title>", await http.GetStringAsync(page));
            Assert.Contains("127.0.93.2", await http.GetStringAsync(new Uri(page, "/api/state")));
        }
        var service = ChildOf(script.Id);

        await script.SignalAsync("INT");
        var finished = await script.FinishAsync();
        Assert.Equal(0, finished.ExitCode);
        Assert.EndsWith("stopped", finished.Output.Trim());
        Assert.Equal("", finished.Errors);
        Assert.False(IsRunning(service), "the web service is still running");
    }

    [Fact]
    public async Task The_web_service_ends_even_when_the_program_that_started_it_is_killed()
    {
        await using var playground = RunningProgram.Start("dotnet", [Local, "--port", "0", "--web-port", "0", "--address", "127.0.94.1"]);
        await playground.UntilPrintedAsync("Ctrl-C stops it.");
        var service = ChildOf(playground.Id);
        await playground.SignalAsync("KILL");
        await playground.FinishAsync();

        var waited = Stopwatch.StartNew();
        while (IsRunning(service))
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(30), "the web service outlived the program that started it");
            await Task.Delay(50);
        }
    }

    /// <summary>Takes a port unless something else has it already, which is as good here.</summary>
    private static TcpListener? Take(IPAddress address, int port)
    {
        var listener = new TcpListener(address, port);
        try
        {
            listener.Start();
            return listener;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private static int ChildOf(int parent)
    {
        var children = File.ReadAllText($"/proc/{parent}/task/{parent}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return int.Parse(Assert.Single(children));
    }

    private static bool IsRunning(int process) =>
        File.Exists($"/proc/{process}/stat") && !File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);

    [GeneratedRegex(@"page\s+(http://\S+)")]
    private static partial Regex PageLine();
}
