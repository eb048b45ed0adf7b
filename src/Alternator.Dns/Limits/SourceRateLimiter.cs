using System.Net;
using System.Runtime.InteropServices;

namespace Alternator.Dns.Limits;

/// <summary>
/// Limits the queries of each source address with the generic cell rate algorithm (a leaky bucket kept as one time stamp):
/// a source may use a second's worth at once and then one query per interval. IPv6 sources count by their /64, since a host has all of it.
/// <para>
/// The table has a fixed size and no keys: sources that fall into one slot share its rate. So it can neither grow nor be filled,
/// whoever forges addresses; which sources share a slot depends on a secret number of this process.
/// </para>
/// </summary>
internal sealed class SourceRateLimiter
{
    private const int Slots = 1 << 16;

    private readonly TimeProvider _time;
    private readonly long[]? _theoreticalArrivals;
    private readonly long _interval;
    private readonly ulong _secret = (ulong)Random.Shared.NextInt64();

    /// <param name="queriesPerSecond">What each source may ask; 0 for no limit.</param>
    /// <param name="time">The clock.</param>
    public SourceRateLimiter(int queriesPerSecond, TimeProvider time)
    {
        _time = time;
        if (queriesPerSecond <= 0)
            return;

        _theoreticalArrivals = new long[Slots];
        _interval = Math.Max(1, time.TimestampFrequency / queriesPerSecond);
    }

    /// <summary>True if the source, an address of four or sixteen bytes, may have an answer now. Allocates nothing and takes no lock.</summary>
    public bool Allows(ReadOnlySpan<byte> source) =>
        _theoreticalArrivals is null || Allows(source.Length == 16 ? KeyOfV6(source) : MemoryMarshal.Read<uint>(source));

    /// <summary>True if the source may have an answer now.</summary>
    public bool Allows(IPAddress source)
    {
        Span<byte> bytes = stackalloc byte[16];
        source.TryWriteBytes(bytes, out int length);
        return Allows(bytes[..length]);
    }

    private bool Allows(ulong key)
    {
        long now = _time.GetTimestamp();
        ref long slot = ref _theoreticalArrivals![Mix(key ^ _secret) & (Slots - 1)];
        while (true)
        {
            long arrival = Volatile.Read(ref slot);
            if (arrival - now > _time.TimestampFrequency)
                return false;
            if (Interlocked.CompareExchange(ref slot, Math.Max(arrival, now) + _interval, arrival) == arrival)
                return true;
        }
    }

    /// <summary>The /64, or the IPv4 address behind ::ffff:0:0/96.</summary>
    private static ulong KeyOfV6(ReadOnlySpan<byte> address)
    {
        ulong network = MemoryMarshal.Read<ulong>(address);
        bool mapped = network == 0 && address[8..12].SequenceEqual((ReadOnlySpan<byte>)[0, 0, 0xFF, 0xFF]);
        return mapped ? MemoryMarshal.Read<uint>(address[12..]) : network;
    }

    /// <summary>The finalizer of SplitMix64.</summary>
    private static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
