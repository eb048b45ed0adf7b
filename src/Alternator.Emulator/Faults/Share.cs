namespace Alternator.Emulator.Faults;

/// <summary>A share of requests: a number from 0 to 1.</summary>
internal static class Share
{
    public static void ThrowIfOutOfRange(double share)
    {
        if (!(share is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(share), share, "A share is a number from 0 (none) to 1 (all).");
    }
}
