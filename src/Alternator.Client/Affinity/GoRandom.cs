namespace Alternator.Client;

/// <summary>
/// The random numbers of Go's <c>math/rand</c> (version 1), which the Alternator clients of all languages use to agree on the order
/// of nodes for a key: an additive lagged Fibonacci generator of 607 words, seeded by a Lehmer generator.
/// <para>The first 273 draws need no state: draw k is <c>state[334 - k] + state[607 - k]</c>, and each word follows from the seed by three
/// modular multiplications with powers known beforehand. Nothing is filled or allocated; only further draws build the state.</para>
/// </summary>
internal ref partial struct GoRandom
{
    private const int Length = 607;
    private const int Tap = 273;
    private const int FeedStart = Length - Tap;
    private const uint Modulus = int.MaxValue;
    private const int Multiplier = 48271;

    private static readonly uint[] Powers = PowersOfMultiplier();

    private readonly uint _seed;
    private int _draws;
    private long[]? _state;

    public GoRandom(long seed)
    {
        long reduced = seed % Modulus;
        reduced += reduced < 0 ? Modulus : 0;
        _seed = reduced == 0 ? 89482311u : (uint)reduced;
    }

    /// <summary>A number from 0 to below n, evenly distributed.</summary>
    public int Next(int n)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        if ((n & (n - 1)) == 0)
        {
            return Int31() & (n - 1);
        }
        int limit = int.MaxValue - (int)((1u << 31) % (uint)n);
        int value = Int31();
        while (value > limit)
        {
            value = Int31();
        }
        return value % n;
    }

    private int Int31() => (int)((UInt64() & long.MaxValue) >> 32);

    private long UInt64()
    {
        _draws++;
        if (_draws <= Tap)
        {
            return unchecked(Word(FeedStart - _draws) + Word(Length - _draws));
        }
        _state ??= Replayed();
        // feed and tap walk down the ring together, one step per draw.
        int feed = (((FeedStart - _draws) % Length) + Length) % Length;
        int tap = (Length - (_draws % Length)) % Length;
        return _state[feed] = unchecked(_state[feed] + _state[tap]);
    }

    /// <summary>The state after the first 273 draws.</summary>
    private readonly long[] Replayed()
    {
        long[] state = new long[Length];
        for (int i = 0; i < Length; i++)
        {
            state[i] = Word(i);
        }
        for (int draw = 1; draw <= Tap; draw++)
        {
            state[FeedStart - draw] = unchecked(state[FeedStart - draw] + state[Length - draw]);
        }
        return state;
    }

    /// <summary>A word of the state as seeded.</summary>
    private readonly long Word(int index)
    {
        int at = 3 * index;
        return (Lehmer(at) << 40) ^ (Lehmer(at + 1) << 20) ^ Lehmer(at + 2) ^ Cooked[index];
    }

    private readonly long Lehmer(int at) => (long)((ulong)_seed * Powers[at] % Modulus);

    // The seeding discards twenty numbers, so the first one used is the seed times the multiplier's 21st power.
    private static uint[] PowersOfMultiplier()
    {
        uint[] powers = new uint[3 * Length];
        ulong power = 1;
        for (int i = 0; i < 20; i++)
        {
            power = power * Multiplier % Modulus;
        }
        for (int i = 0; i < powers.Length; i++)
        {
            power = power * Multiplier % Modulus;
            powers[i] = (uint)power;
        }
        return powers;
    }
}
