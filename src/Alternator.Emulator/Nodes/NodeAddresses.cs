using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Alternator.Emulator.Nodes;

/// <summary>Addresses that count up, ports that are free on all of them, and what to say when they are not.</summary>
internal static class NodeAddresses
{
    // Below the range that Linux hands out to outgoing connections: a stopped node finds its port free when it comes back.
    private const int FirstProbed = 20000;
    private const int LastProbed = 32000;

    /// <summary>The address <paramref name="steps"/> after <paramref name="first"/>: 127.0.0.1, 127.0.0.2…</summary>
    public static IPAddress Next(IPAddress first, int steps)
    {
        byte[] bytes = first.GetAddressBytes();
        uint value = ((uint)bytes[0] << 24) | ((uint)bytes[1] << 16) | ((uint)bytes[2] << 8) | bytes[3];
        value += (uint)steps;
        return new IPAddress([(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value]);
    }

    /// <summary>Opens listeners on one port that is free on all their addresses.</summary>
    /// <param name="listeners">Makes the listeners for a port.</param>
    /// <returns>The listeners, open.</returns>
    public static async Task<IReadOnlyList<NodeListener>> OpenOnFreePortAsync(Func<int, IReadOnlyList<NodeListener>> listeners)
    {
        for (int attempt = 0; ; attempt++)
        {
            IReadOnlyList<NodeListener> candidates = listeners(Random.Shared.Next(FirstProbed, LastProbed));
            try
            {
                foreach (NodeListener listener in candidates) listener.Open();
                return candidates;
            }
            catch (SocketException e)
            {
                NodeListener failed = candidates.First(c => !c.IsOpen);
                foreach (NodeListener listener in candidates) await listener.CloseAsync().ConfigureAwait(false);
                if (e.SocketErrorCode is not (SocketError.AddressAlreadyInUse or SocketError.AccessDenied) || attempt == 100)
                    throw Explain(e, failed.EndPoint);
            }
        }
    }

    /// <summary>Turns a failed bind into an error that says what to do.</summary>
    public static Exception Explain(SocketException e, IPEndPoint endPoint) => e.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => new AddressInUseException(
            $"{endPoint} is taken by another program. Stop it, or choose another port (--port, EmulatorOptions.Port); port 0 takes a free one.", e),
        SocketError.AddressNotAvailable => new InvalidOperationException(
            $"This machine has no address {endPoint.Address}. On macOS add it with 'sudo ifconfig lo0 alias {endPoint.Address} up', "
            + "choose another first address (--address, EmulatorOptions.Address), or put all nodes on one address (--one-address, EmulatorOptions.Addressing).", e),
        SocketError.AccessDenied => new InvalidOperationException(
            $"{endPoint} may not be used by this user. Choose a port above 1023 (--port, EmulatorOptions.Port).", e),
        _ => new InvalidOperationException($"Can't listen on {endPoint}: {e.Message}", e),
    };
}
