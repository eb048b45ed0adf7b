using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Alternator.Emulator.CommandLine;
using Alternator.Emulator.Tests.Sdk;

namespace Alternator.Emulator.Tests.CommandLine;

/// <summary>The program, run inside the test process: its options, what it says and how it ends.</summary>
public sealed partial class ProgramTests
{
    [Fact]
    public async Task It_says_where_to_look_serves_and_stops_cleanly()
    {
        using var stop = new CancellationTokenSource();
        var output = new StringWriter();
        var error = new StringWriter();
        Task<int> running = EmulatorCommand.RunAsync(
            ["--nodes", "2", "--port", "0", "--address", "127.0.0.5", "--datacenter", "east", "--racks", "a,b"], TextWriter.Synchronized(output), error, stop.Token);
        await Until(() => output.ToString().Contains("Ctrl-C", StringComparison.Ordinal) || running.IsCompleted);
        string said = output.ToString();
        Assert.Contains("not ScyllaDB", said, StringComparison.Ordinal);
        string endpoint = Endpoint().Match(said).Value;
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        Assert.Equal("""["127.0.0.5","127.0.0.6"]""", await http.GetStringAsync(endpoint + "/localnodes?dc=east"));
        Assert.Equal("""["127.0.0.6"]""", await http.GetStringAsync(endpoint + "/localnodes?rack=b"));
        Assert.Contains(endpoint, said, StringComparison.Ordinal);

        await stop.CancelAsync();
        Assert.Equal(0, await running);
        Assert.EndsWith("Stopped." + Environment.NewLine, output.ToString(), StringComparison.Ordinal);
        Assert.Equal("", error.ToString());
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetStringAsync(endpoint));
    }

    [NeedsCommand("bash", "-c", "command -v dotnet && command -v kill", Reason = "no dotnet on the PATH, or no kill")]
    public async Task As_a_process_it_ends_with_code_0_on_SIGTERM()
    {
        var start = new System.Diagnostics.ProcessStartInfo("dotnet", [typeof(EmulatorCluster).Assembly.Location, "--nodes", "1", "--port", "0"]) { RedirectStandardOutput = true };
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start(start)!;
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            string? line;
            do line = await process.StandardOutput.ReadLineAsync(limit.Token);
            while (line is not null && !line.Contains("Ctrl-C", StringComparison.Ordinal));
            using System.Diagnostics.Process kill = System.Diagnostics.Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            Assert.Equal("Stopped.", await process.StandardOutput.ReadLineAsync(limit.Token));
            await process.WaitForExitAsync(limit.Token);
            Assert.Equal(0, process.ExitCode);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    [Fact]
    public async Task Several_datacenters_roles_https_and_one_address_can_be_had_from_the_command_line()
    {
        using var stop = new CancellationTokenSource();
        var output = new StringWriter();
        Task<int> running = EmulatorCommand.RunAsync(
            [
                "--port", "0", "--one-address", "--datacenter", "east=2", "--datacenter", "west=1", "--enforce-authorization", "--role", "me:my:secret",
                "--https-port", "0", "--release", "2025.4", "--write-isolation", "always", "--notice-delay", "2s", "--ttl-period", "500ms", "--no-control", "--seed", "5",
            ],
            TextWriter.Synchronized(output), new StringWriter(), stop.Token);
        await Until(() => output.ToString().Contains("Ctrl-C", StringComparison.Ordinal) || running.IsCompleted);
        string said = output.ToString();
        Assert.Contains("3 nodes", said, StringComparison.Ordinal);
        Assert.Contains("AccessKey=me;SecretKey=my:secret", said, StringComparison.Ordinal);
        Assert.Contains("https://127.0.0.1:", said, StringComparison.Ordinal);
        Assert.DoesNotContain("Control", said, StringComparison.Ordinal);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        Assert.Equal("""["10.0.0.3"]""", await http.GetStringAsync(Endpoint().Match(said).Value + "/localnodes?dc=west"));
        await stop.CancelAsync();
        Assert.Equal(0, await running);
    }

    [Theory]
    [InlineData("--nodes", "--nodes", "0")]
    [InlineData("--nodes", "--nodes", "101")]
    [InlineData("--nodes", "--nodes", "many")]
    [InlineData("--port", "--port", "70000")]
    [InlineData("--control-port", "--control-port", "-3")]
    [InlineData("--address", "--address", "nowhere")]
    [InlineData("--racks", "--racks", ",")]
    [InlineData("--release", "--release", "1999.1")]
    [InlineData("--write-isolation", "--write-isolation", "none")]
    [InlineData("--notice-delay", "--notice-delay", "soon")]
    [InlineData("--role", "--role", "nosecret")]
    [InlineData("--datacenter", "--datacenter", "a=1", "--datacenter", "b")]
    [InlineData("--certificate", "--https-port", "0", "--certificate", "no-such-file.pem")]
    [InlineData("--colour", "--colour", "red")]
    public async Task A_wrong_option_is_named(string option, params string[] args)
    {
        var error = new StringWriter();
        int code = await EmulatorCommand.RunAsync([.. args, .. args.Contains("--port") ? Array.Empty<string>() : ["--port", "0"]], new StringWriter(), error, new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token);
        Assert.Equal(1, code);
        Assert.Contains(option, error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_taken_port_says_what_to_do()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        string port = ((IPEndPoint)taken.LocalEndPoint!).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var error = new StringWriter();
        Assert.Equal(1, await EmulatorCommand.RunAsync(["--port", port], new StringWriter(), error));
        Assert.Contains($"127.0.0.1:{port} is taken", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("--port", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_names_every_option()
    {
        var output = new StringWriter();
        Assert.Equal(0, await EmulatorCommand.RunAsync(["--help"], output, new StringWriter()));
        foreach (System.CommandLine.Option option in new EmulatorArguments().All) Assert.Contains(option.Name, output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_shows_values_as_the_options_take_them()
    {
        var output = new StringWriter();
        await EmulatorCommand.RunAsync(["--help"], output, new StringWriter());
        string help = output.ToString();
        foreach (EmulatorRelease release in Enum.GetValues<EmulatorRelease>())
            Assert.Contains(release.ToString()[1..].Replace('_', '.'), help, StringComparison.Ordinal);
        foreach (string unknown in new[] { "V2026", "OnlyRmw", "00:00" }) Assert.DoesNotContain(unknown, help, StringComparison.Ordinal);
    }

    private static async Task Until(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition()) await Task.Delay(10, limit.Token);
    }

    [GeneratedRegex(@"http://[0-9.]+:\d+")]
    private static partial Regex Endpoint();
}
