using System.Runtime.InteropServices;
using Alternator.Emulator;
using Playground.Local;

Options options;
try
{
    options = Options.Parse(args);
}
catch (UsageException mistake)
{
    Console.Error.WriteLine($"run: {mistake.Message}");
    return 2;
}
if (options.Help)
{
    using var usage = new StreamReader(typeof(Options).Assembly.GetManifestResourceStream("usage.txt")!);
    Console.Write(usage.ReadToEnd());
    return 0;
}

using var stop = new CancellationTokenSource();
void OnSignal(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal);

try
{
    await using var cluster = await Nodes.StartAsync(options, stop.Token);
    await using var web = WebService.Start(options.WebPort, cluster.ConnectionString, cluster.ControlEndpoint);
    await web.UntilItAnswersAsync(stop.Token);
    Console.WriteLine($"""

          page      {web.Address}
          nodes     {string.Join("  ", cluster.Nodes.Select(node => node.Endpoint.GetLeftPart(UriPartial.Authority)))}   (emulator, not ScyllaDB)
          control   {cluster.ControlEndpoint}nodes

        Ctrl-C stops it.
        """);
    await web.EndedAsync(stop.Token);
    Console.Error.WriteLine("run: the web service ended by itself; its own message is above");
    return 1;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Console.WriteLine("stopped");
    return 0;
}
catch (PlaygroundException failure)
{
    Console.Error.WriteLine($"run: {failure.Message}");
    return 1;
}
