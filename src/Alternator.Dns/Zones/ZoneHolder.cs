namespace Alternator.Dns.Zones;

/// <summary>The one place where the current <see cref="ZoneView"/> is found; replaced as a whole, read without a lock.</summary>
internal sealed class ZoneHolder(ZoneView initial)
{
    private volatile ZoneView _current = initial;

    public ZoneView Current
    {
        get => _current;
        set => _current = value;
    }
}
