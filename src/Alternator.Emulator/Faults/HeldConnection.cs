using System.Net.Sockets;
using Alternator.Emulator.Nodes;

namespace Alternator.Emulator.Faults;

/// <summary>A connection that a paused or black-holed node accepted, before any byte of it reaches HTTP or TLS.</summary>
internal static class HeldConnection
{
    /// <summary>Completes when the node may serve the connection; cancelled when it swallowed bytes of it, or when the peer left.</summary>
    public static async Task WaitAsync(EmulatorNode node, NodeConnection connection)
    {
        while (true)
        {
            Task changed = node.FaultsChanged;
            NodeFaults faults = node.Faults;
            if (faults.BlackHole)
            {
                await SwallowAsync(node, connection).ConfigureAwait(false);
                throw new OperationCanceledException();
            }

            if (!faults.Paused) return;
            await changed.ConfigureAwait(false);
        }
    }

    private static async Task SwallowAsync(EmulatorNode node, NodeConnection connection)
    {
        byte[] buffer = new byte[4096];
        Task<int> read = connection.Socket.ReceiveAsync(buffer, SocketFlags.None);
        while (true)
        {
            Task changed = node.FaultsChanged;
            if (!node.Faults.BlackHole)
            {
                // The caller resets the connection, which ends the read.
                _ = read.ContinueWith(static r => _ = r.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
                return;
            }

            if (await Task.WhenAny(read, changed).ConfigureAwait(false) != read) continue;
            if (await read.ConfigureAwait(false) == 0) return;
            read = connection.Socket.ReceiveAsync(buffer, SocketFlags.None);
        }
    }
}
