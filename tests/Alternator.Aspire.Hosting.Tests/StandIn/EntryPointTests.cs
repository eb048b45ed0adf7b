using System.Diagnostics;
using Alternator.StandIn.EntryPoint;
using Alternator.StandIn.Node;
using Aspire.Hosting.Scylla;

namespace Alternator.Aspire.Hosting.Tests;

/// <summary>
/// How the stand-in reads a command line. What it should do is written here by hand, from the entry point's documented flags; with the published entry point at hand
/// (<c>ALTERNATOR_SCYLLA_DOCKER</c> names its folder, <c>dist/docker</c> of a checkout of ScyllaDB), both are run on the same command lines and compared.
/// </summary>
public class EntryPointTests
{
    private const string Own = "172.18.0.2";

    private static string Scylla(params string[] arguments) =>
        string.Join(' ', ShellWords.Of(ScyllaCommandLine.Write(EntryPointFlags.Parse(arguments), Own), _ => null));

    [Fact]
    public void Nothing_given_means_a_node_of_its_own_that_is_overprovisioned() =>
        Assert.Equal(
            $"--overprovisioned --listen-address {Own} --rpc-address {Own} --seed-provider-parameters seeds={Own} --alternator-address {Own} --blocked-reactor-notify-ms 25", Scylla());

    [Fact]
    public void Flags_of_the_entry_point_are_forwarded_in_its_order_and_the_rest_follows_as_it_came() =>
        Assert.Equal(
            $"--memory 1G --smp 2 --listen-address {Own} --rpc-address {Own} --seed-provider-parameters seeds=a,b --alternator-address 0.0.0.0 --alternator-port 8000 "
            + "--cluster-name c --endpoint-snitch GossipingPropertyFileSnitch --blocked-reactor-notify-ms 25 --audit=none --other value",
            Scylla("--audit=none", "--smp", "2", "--other", "value", "--overprovisioned", "0", "--seeds", "a,b", "--memory=1G", "--alternator-port", "8000", "--alternator-address", "0.0.0.0", "--cluster-name", "c", "--dc", "dc1", "--disable-version-check"));

    [Theory]
    [InlineData("argument --overprovisioned: expected one argument", "--overprovisioned", "--smp", "1")]
    [InlineData("argument --smp: expected one argument", "--smp")]
    [InlineData("argument --developer-mode: invalid choice: 'yes'", "--developer-mode", "yes")]
    [InlineData("argument --disable-version-check: ignored explicit argument '1'", "--disable-version-check=1")]
    [InlineData("ambiguous option: --alternator=1 could match", "--alternator=1")]
    public void What_the_entry_point_can_not_read_is_refused(string message, params string[] arguments) =>
        Assert.StartsWith(message, Assert.Throws<UsageException>(() => EntryPointFlags.Parse(arguments)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_beginning_of_a_flag_will_do() => Assert.Equal("unsafe_rmw", EntryPointFlags.Parse(["--alternator-w", "unsafe_rmw"])["--alternator-write-isolation"]);

    [Fact]
    public void Datacenter_and_rack_fill_each_other_up_and_go_with_one_snitch_only()
    {
        Assert.Equal("dc=datacenter1\nrack=r9\n", ScyllaCommandLine.RackProperties(EntryPointFlags.Parse(["--rack", "r9"])));
        Assert.Null(ScyllaCommandLine.RackProperties(EntryPointFlags.Parse([])));
        Assert.Throws<InvalidOperationException>(() => ScyllaCommandLine.RackProperties(EntryPointFlags.Parse(["--rack", "r9", "--endpoint-snitch", "SimpleSnitch"])));
    }

    [Fact]
    public void A_dollar_is_lost_in_the_shell_unless_it_was_escaped()
    {
        Assert.EndsWith(" --x=", Scylla("--x=$6$salt"), StringComparison.Ordinal);
        Assert.EndsWith(" --x=$6$salt$hash", Scylla(ShellArgument.Escape("--x=$6$salt$hash")), StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => Scylla("--x=$(date)"));
        Assert.Throws<InvalidOperationException>(() => Scylla("--x=\"a\""));
    }

    [Fact]
    public void A_variable_of_the_container_is_put_in_by_the_shell_so_a_deployment_can_keep_the_secret_out_of_the_command_line() =>
        Assert.EndsWith(
            " --auth-superuser-salted-password=s3cret",
            string.Join(' ', ShellWords.Of(ScyllaCommandLine.Write(EntryPointFlags.Parse(["--auth-superuser-salted-password=$ALTERNATOR_SECRET_KEY"]), Own), name => name == "ALTERNATOR_SECRET_KEY" ? "s3cret" : null)),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("unrecognised option '--alternator-prot'", "--alternator-prot=8000")]
    [InlineData("option '--audit' cannot be specified more than once", "--audit=none", "--audit=table")]
    [InlineData("the argument ('yes') for option '--auto-snapshot' is invalid", "--auto-snapshot=yes")]
    [InlineData("alternator_write_isolation must be set", "--alternator-port", "8000")]
    public void Scylla_itself_does_not_start_on_what_it_can_not_read(string message, params string[] words) =>
        Assert.StartsWith(message, Assert.Throws<ArgumentException>(() => new ScyllaOptions(words)).Message, StringComparison.Ordinal);

    private static readonly string[] Releases = ["2025.4.10", "2026.1.11", "2026.2.5"];

    [Theory]
    [InlineData("2025.4.10")]
    [InlineData("2026.1.11")]
    [InlineData("2026.2.5")]
    public void Every_command_line_that_the_package_writes_gets_through_whole(string release)
    {
        foreach (ScyllaArguments arguments in CommandLines(release))
        {
            string[] written = [.. arguments.Build().Select(a => a.Late == LateValue.None ? a.Text : a.Text + "late")];
            var options = new ScyllaOptions([.. ShellWords.Of(ScyllaCommandLine.Write(EntryPointFlags.Parse(written), Own), _ => null)]);
            Assert.Equal(8000, options.AlternatorPort);
            Assert.Equal("only_rmw_uses_lwt", options.WriteIsolation);
            if (arguments.AccessKey is { } name)
                Assert.Equal((name, "late", true), (options.SuperuserName, options.SuperuserSecret, options.EnforceAuthorization));
            if (arguments.Https)
                Assert.Equal((8043, "late", "late"), (options.HttpsPort, options.Certificate, options.Key));
        }
    }

    private static IEnumerable<ScyllaArguments> CommandLines(string release)
    {
        var plain = new ScyllaArguments { Release = ScyllaRelease.Parse(release) };
        yield return plain;
        yield return plain with { ApiAddress = "0.0.0.0", ClusterName = "c", Seeds = ["c-1"], Datacenter = "dc1", Rack = "rack2", TtlPeriod = TimeSpan.FromSeconds(1.5), AccessKey = "app", Https = true, Streams = true };
        yield return plain with { Extra = ["--max-networking-io-control-blocks=500", "--audit=none", "--smp=2", "--auto-snapshot=1", "--auto-snapshot=0", "--alternator-describe-endpoints=a$b"] };
    }

    [PublishedEntryPointFact]
    public async Task The_published_entry_point_does_the_same()
    {
        string[][] lines =
        [
            [],
            ["--smp", "2", "--memory=1G", "--overprovisioned", "0"],
            ["--cpuset", "0-1"],
            ["--cpuset", "0-1", "--overprovisioned", "1"],
            ["--seeds", "a,b", "--broadcast-address", "10.0.0.1", "--broadcast-rpc-address", "10.0.0.2", "--listen-address", "10.0.0.3", "--rpc-address", "10.0.0.4"],
            ["--broadcast-address", "10.0.0.1"],
            ["--dc", "x", "--cluster-name", "c", "--authenticator", "PasswordAuthenticator", "--authorizer", "CassandraAuthorizer"],
            ["--experimental-features", "a", "--experimental-features=b", "--api-address", "0.0.0.0"],
            ["--replace-address-first-boot", "10.0.0.9", "--replace-node-first-boot", "id"],
            ["--alternator-w", "unsafe_rmw", "--alternator-port=8000", "--alternator-https-port", "8043"],
            ["--smp", "1", "--smp", "2"],
            ["--unknown", "value", "--other=1", "word", "--smp", "1", "-x", "-5"],
            ["--smp", "-1"],
            ["--blocked-reactor-notify-ms=50", "--reserve-memory", "1G", "--io-setup", "0", "--disable-version-check"],
            [@"--x=\$6\$salt\$hash", "--y=$6$salt", "--z=a{b}c~d"],
            [@"--x=a\b", "--y=it's"],
            ["--x=a b", "--y"],
            .. Releases.SelectMany(CommandLines).Select(a => a.Build().Select(p => p.Text + (p.Late == LateValue.None ? "" : "late")).ToArray()),
        ];
        foreach (string[] line in lines)
            Assert.Equal(await PublishedEntryPoint.ScyllaAsync(Own, line), Scylla(line));
        Environment.SetEnvironmentVariable("ALTERNATOR_SECRET_KEY", "s3cret");
        Assert.EndsWith(" --x=s3cret", await PublishedEntryPoint.ScyllaAsync(Own, "--x=$ALTERNATOR_SECRET_KEY"), StringComparison.Ordinal);
        foreach (string[] line in new string[][] { ["--overprovisioned", "--smp", "1"], ["--smp"], ["--developer-mode", "yes"], ["--disable-version-check=1"], ["--alternator=1"] })
        {
            Assert.Null(await PublishedEntryPoint.ScyllaAsync(Own, line));
            Assert.Throws<UsageException>(() => Scylla(line));
        }
    }
}

/// <summary>Needs the published entry point, which isn't part of this repository.</summary>
public sealed class PublishedEntryPointFactAttribute : FactAttribute
{
    public PublishedEntryPointFactAttribute() => Skip = PublishedEntryPoint.Folder is null
        ? "ALTERNATOR_SCYLLA_DOCKER doesn't name the folder dist/docker of a checkout of ScyllaDB."
        : null;
}

/// <summary>Runs the published entry point up to the point where it would start ScyllaDB, and then the shell.</summary>
internal static class PublishedEntryPoint
{
    // The parts that change the container are left out; the shell does what the start script does.
    private const string Program = """
        import builtins, io, subprocess, sys, types
        folder, own, *arguments = sys.argv[1:]
        sys.path.insert(0, folder)
        sys.dont_write_bytecode = True
        sys.modules['yaml'] = types.ModuleType('yaml')
        import commandlineparser, scyllasetup, socket
        socket.gethostbyname = lambda name: own
        written = io.StringIO()
        written.close = lambda: None
        sys.argv = ['docker-entrypoint.py', *arguments]
        setup = scyllasetup.ScyllaSetup(*commandlineparser.parse()[:1], extra_arguments=commandlineparser.parse()[1])
        if setup._dc is not None or setup._rack is not None:
            setup._endpointSnitch = setup._endpointSnitch or 'GossipingPropertyFileSnitch'
        scyllasetup.open = lambda *_: written
        setup.arguments()
        shell = 'set --; . /dev/fd/3; printf "%s\\n" $SCYLLA_DOCKER_ARGS'
        import os
        read, write = os.pipe()
        os.write(write, written.getvalue().encode())
        os.close(write)
        os.dup2(read, 3)
        print(' '.join(subprocess.run(['bash', '-c', shell], stdout=subprocess.PIPE, pass_fds=[3], check=True, text=True).stdout.splitlines()))
        """;

    public static string? Folder => Environment.GetEnvironmentVariable("ALTERNATOR_SCYLLA_DOCKER") is { Length: > 0 } folder ? folder : null;

    /// <summary>The command line that ScyllaDB would get; null when the entry point refuses its own.</summary>
    public static async Task<string?> ScyllaAsync(string own, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("python3", ["-c", Program, Folder!, own, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode is 0 or 2, await error);
        return process.ExitCode == 0 ? (await output).Trim() : null;
    }
}
