using System.CommandLine;
using System.CommandLine.Invocation;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Alternator.Dns.CommandLine;

/// <summary>
/// The program: serves until Ctrl-C or SIGTERM and then drains. Exit codes: 0 after a clean stop, 1 when something is wrong with an option or a port.
/// </summary>
internal static class DnsCommand
{
    public static Task<int> RunAsync(string[] args, TextWriter? output = null, TextWriter? error = null, CancellationToken cancellationToken = default)
    {
        output ??= Console.Out;
        error ??= Console.Error;
        var arguments = new DnsArguments();
        var command = new RootCommand("A DNS server that answers with the live nodes of a ScyllaDB Alternator cluster, for every client that only knows a host name. "
            + "Times are written 300ms, 2s, 5m or 1h; a number alone is seconds.");
        foreach (Option option in arguments.All)
            command.Options.Add(option);
        command.SetAction((parsed, stop) => ServeAsync(arguments, parsed, output, error, stop));

        // The drain ends by its own options; the runtime must not end the process before.
        var configuration = new InvocationConfiguration { Output = output, Error = error, ProcessTerminationTimeout = Timeout.InfiniteTimeSpan };
        ParseResult parse = command.Parse(args);
        if (parse.Action is ParseErrorAction mistake)
        {
            // What is wrong shall not scroll away above a page of help.
            mistake.ShowHelp = false;
        }

        return parse.InvokeAsync(configuration, cancellationToken);
    }

    private static async Task<int> ServeAsync(DnsArguments arguments, ParseResult parsed, TextWriter output, TextWriter error, CancellationToken stop)
    {
        using ILoggerFactory loggers = Loggers(parsed.GetValue(arguments.LogLevel), parsed.GetValue(arguments.LogFormat));
        try
        {
            var server = new AlternatorDnsServer(arguments.Read(parsed), loggers);
            await using (server.ConfigureAwait(false))
            {
                await server.StartAsync(stop).ConfigureAwait(false);
                await output.WriteLineAsync($"DNS at {string.Join(", ", server.Endpoints)}{(server.HttpEndpoint is { } http ? $", metrics and health at {http}" : "")}".AsMemory(), CancellationToken.None)
                    .ConfigureAwait(false);
                await output.FlushAsync(CancellationToken.None).ConfigureAwait(false);
                await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await server.StopAsync(CancellationToken.None).ConfigureAwait(false);
            }

            return 0;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or SocketException)
        {
            await error.WriteLineAsync(Explain(exception).AsMemory(), CancellationToken.None).ConfigureAwait(false);
            return 1;
        }
    }

    /// <summary>The message in the words of the command line: it begins with the option.</summary>
    private static string Explain(Exception exception)
    {
        string message = exception is ArgumentException { ParamName: { } parameter } ? exception.Message.Replace($" (Parameter '{parameter}')", "", StringComparison.Ordinal) : exception.Message;
        int word = message.IndexOfAny([' ', ':']);
        return exception is ArgumentException && word > 0 && typeof(AlternatorDnsOptions).GetProperty(message[..word]) is { } property
            ? DnsArguments.NameOf(property.Name) + message[word..]
            : message;
    }

    private static ILoggerFactory Loggers(LogLevel level, LogFormat format) => LoggerFactory.Create(builder =>
    {
        builder.SetMinimumLevel(level);
        builder.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (format is LogFormat.Json)
            builder.AddJsonConsole(console =>
            {
                console.UseUtcTimestamp = true;
                console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
            });
        else
            builder.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.TimestampFormat = "HH:mm:ss ";
            });
    });
}
