using System.CommandLine;
using System.Globalization;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Alternator.Emulator.CommandLine;

/// <summary>
/// The program: starts a cluster from the command line, says in a few lines where it is, and stops on Ctrl-C or SIGTERM.
/// Exit codes: 0 after a clean stop, 1 when something is wrong with an option or a port.
/// </summary>
internal static class EmulatorCommand
{
    public static Task<int> RunAsync(string[] args, TextWriter? output = null, TextWriter? error = null, CancellationToken cancellationToken = default)
    {
        output ??= Console.Out;
        error ??= Console.Error;
        var options = new EmulatorArguments();
        var command = new RootCommand(
            "An in-process emulator of a ScyllaDB Alternator cluster, for development and tests. It is not ScyllaDB: all nodes share one "
            + "store in memory.");
        foreach (Option option in options.All) command.Options.Add(option);
        command.SetAction(async (parsed, token) =>
        {
            // Signals end the program only when nobody else can.
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
            using StopSignals? signals = cancellationToken.CanBeCanceled ? null : new StopSignals(stop);
            return await ServeAsync(() => options.Read(parsed), parsed.GetValue(options.Log), output, error, stop.Token).ConfigureAwait(false);
        });
        var configuration = new InvocationConfiguration { Output = output, Error = error, ProcessTerminationTimeout = null };
        return command.Parse(args).InvokeAsync(configuration, cancellationToken);
    }

    private static async Task<int> ServeAsync(Func<EmulatorOptions> read, LogLevel level, TextWriter output, TextWriter error, CancellationToken stop)
    {
        using ILoggerFactory loggers = LoggerFactory.Create(builder => builder
            .SetMinimumLevel(level)
            .AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.TimestampFormat = "HH:mm:ss ";
            }));
        EmulatorCluster cluster;
        try
        {
            EmulatorOptions options = read();
            options.LoggerFactory = loggers;
            cluster = await EmulatorCluster.StartAsync(options, stop).ConfigureAwait(false);
        }
        catch (ArgumentException e) when (e.ParamName is { } name)
        {
            await error.WriteLineAsync($"{EmulatorArguments.NameOf(name)}: {e.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal)}").ConfigureAwait(false);
            return 1;
        }
        catch (Exception e) when (e is AddressInUseException or InvalidOperationException or IOException)
        {
            await error.WriteLineAsync(e.Message).ConfigureAwait(false);
            return 1;
        }

        await using (cluster)
        {
            await AnnounceAsync(cluster, output).ConfigureAwait(false);
            try
            {
                await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // Asked to stop.
            }
        }

        await output.WriteLineAsync("Stopped.").ConfigureAwait(false);
        return 0;
    }

    private static async Task AnnounceAsync(EmulatorCluster cluster, TextWriter output)
    {
        string nodes = cluster.Nodes.Count == 1 ? "1 node" : string.Create(CultureInfo.InvariantCulture, $"{cluster.Nodes.Count} nodes");
        await output.WriteLineAsync($"Alternator emulator (not ScyllaDB), {nodes}: {cluster.ConnectionString}").ConfigureAwait(false);
        if (cluster.Nodes[0].HttpsEndpoint is { } secure) await output.WriteLineAsync($"HTTPS: {secure}").ConfigureAwait(false);
        if (cluster.ControlEndpoint is { } control) await output.WriteLineAsync($"Control: {control}").ConfigureAwait(false);
        await output.WriteLineAsync("Ctrl-C stops it.").ConfigureAwait(false);
        await output.FlushAsync().ConfigureAwait(false);
    }
}
