using System.Text;
using Alternator.Emulator.Engine;

namespace Alternator.Emulator.Tests.Engine;

/// <summary>Tokens that Cassandra's and ScyllaDB's Murmur3Partitioner are known to give.</summary>
public sealed class Murmur3Tests
{
    [Theory]
    [InlineData("", 0L)]
    [InlineData("123", -7468325962851647638L)]
    public void Tokens_are_those_of_the_partitioner(string key, long token) =>
        Assert.Equal(token, Murmur3.Token(Encoding.UTF8.GetBytes(key)));

    [Fact]
    public void Long_keys_and_bytes_above_127_have_their_known_tokens()
    {
        Assert.Equal(5837342703291459765L, Murmur3.Token([.. Enumerable.Repeat(Encoding.UTF8.GetBytes("\u0000\u00ff\u0010\u00fa\u0099"), 10).SelectMany(b => Latin1(b))]));

        static byte[] Latin1(byte[] utf8) => Encoding.Latin1.GetBytes(Encoding.UTF8.GetString(utf8));
    }
}
