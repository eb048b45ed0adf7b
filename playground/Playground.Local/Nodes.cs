using Alternator.Emulator;
using Microsoft.AspNetCore.Connections;

namespace Playground.Local;

/// <summary>Starts the emulator's nodes.</summary>
internal static class Nodes
{
    /// <summary>On the port asked for; without one on the usual port, and when that is taken on a free one.</summary>
    /// <exception cref="PlaygroundException">The port that was asked for is taken.</exception>
    public static async Task<EmulatorCluster> StartAsync(Options options, CancellationToken cancellationToken)
    {
        var settings = new EmulatorOptions
        {
            Nodes = options.Nodes,
            Address = options.Address.ToString(),
            Port = options.Port ?? Options.UsualPort,
            // As in a real cluster, the others need a while to notice that a node is gone: until then only the client can know.
            NoticeDelay = TimeSpan.FromSeconds(1.5),
        };
        try
        {
            return await EmulatorCluster.StartAsync(settings, cancellationToken);
        }
        catch (AddressInUseException)
        {
            if (options.Port is { } port)
                throw new PlaygroundException(
                    $"port {port} is taken on one of the {options.Nodes} addresses from {options.Address} on: "
                    + "give --port another one, or leave it out to let a free one be chosen");
            Console.WriteLine($"port {Options.UsualPort} is taken: the nodes listen on another one");
            settings.Port = 0;
            return await EmulatorCluster.StartAsync(settings, cancellationToken);
        }
    }
}
