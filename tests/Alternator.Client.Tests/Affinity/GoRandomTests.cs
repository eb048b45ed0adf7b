using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Alternator.Client.Tests;

public sealed class GoRandomTests
{
    [Fact]
    public void The_constants_are_those_of_Go()
    {
        byte[] bytes = new byte[607 * 8];
        ulong sum = 0;
        for (int i = 0; i < 607; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8 * i), GoRandom.Cooked[i]);
            sum += (ulong)GoRandom.Cooked[i];
        }
        Assert.Equal(7853633167222747795ul, sum);
        Assert.Equal("1928503B93A563E491119A5889BABA73D1605B90B63634C14A408805797A7C7B", Convert.ToHexString(SHA256.HashData(bytes)));
    }

    [Fact]
    public void Seed_one_gives_the_numbers_that_Go_gives()
    {
        var random = new GoRandom(1);
        foreach (int expected in (int[])[81, 87, 47, 59, 81, 18, 25, 40, 56, 0])
        {
            Assert.Equal(expected, random.Next(100));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(42)]
    [InlineData(-42)]
    [InlineData(int.MaxValue)]
    [InlineData(2L * int.MaxValue)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    [InlineData(8815023923555918238)]
    public void The_draws_without_state_equal_those_of_the_full_generator(long seed)
    {
        var shortcut = new GoRandom(seed);
        var full = new FullGenerator(seed);
        for (int draw = 0; draw < 3000; draw++)
        {
            int n = 1 + (draw * 7919 % 1000);
            Assert.Equal(full.Intn(n), shortcut.Next(n));
        }
    }

    /// <summary>The generator step by step, with its whole state, as its description has it.</summary>
    private sealed class FullGenerator
    {
        private readonly long[] _state = new long[607];
        private int _tap;
        private int _feed = 334;

        public FullGenerator(long seed)
        {
            seed %= int.MaxValue;
            if (seed < 0)
            {
                seed += int.MaxValue;
            }
            int x = seed == 0 ? 89482311 : (int)seed;
            for (int i = 0; i < 20; i++)
            {
                x = Lehmer(x);
            }
            for (int i = 0; i < 607; i++)
            {
                x = Lehmer(x);
                long word = (long)x << 40;
                x = Lehmer(x);
                word ^= (long)x << 20;
                x = Lehmer(x);
                _state[i] = word ^ x ^ GoRandom.Cooked[i];
            }
        }

        public int Intn(int n)
        {
            if ((n & (n - 1)) == 0)
            {
                return Int31() & (n - 1);
            }
            int max = (int)((1L << 31) - 1 - ((1L << 31) % n));
            int value = Int31();
            while (value > max)
            {
                value = Int31();
            }
            return value % n;
        }

        private int Int31()
        {
            _tap = _tap == 0 ? 606 : _tap - 1;
            _feed = _feed == 0 ? 606 : _feed - 1;
            _state[_feed] = unchecked(_state[_feed] + _state[_tap]);
            return (int)((_state[_feed] & long.MaxValue) >> 32);
        }

        private static int Lehmer(int x)
        {
            int next = (48271 * (x % 44488)) - (3399 * (x / 44488));
            return next < 0 ? next + int.MaxValue : next;
        }
    }
}
