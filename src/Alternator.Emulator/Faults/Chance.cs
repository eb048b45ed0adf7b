namespace Alternator.Emulator.Faults;

/// <summary>The dice of a cluster: seeded, so that a test can repeat which requests a share concerned.</summary>
internal sealed class Chance(int? seed)
{
    private readonly Random _random = seed is { } s ? new Random(s) : new Random();
    private readonly Lock _lock = new();

    public bool Hits(double share)
    {
        if (share >= 1) return true;
        if (share <= 0) return false;
        lock (_lock) return _random.NextDouble() < share;
    }

    public TimeSpan Between(TimeSpan zero, TimeSpan upper)
    {
        if (upper <= zero) return zero;
        lock (_lock) return zero + ((upper - zero) * _random.NextDouble());
    }

    public void Fill(Span<byte> bytes)
    {
        lock (_lock) _random.NextBytes(bytes);
    }

    public Guid NextGuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        Fill(bytes);
        bytes[7] = (byte)((bytes[7] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes);
    }
}
