using System.Text;
using Amazon.DynamoDBv2.Model;

namespace Alternator.Client.Tests;

/// <summary>The numbers that the Alternator clients of all languages share.</summary>
public sealed class AffinityVectorTests
{
    [Theory]
    [InlineData("", 0x0000000000000000)]
    [InlineData("test", 0xac7d28cc74bde19d)]
    [InlineData("hello", 0xcbd8a7b341bd9b02)]
    [InlineData("user_123", 0x104832bf621f0137)]
    [InlineData("0123456789abcdef", 0x4be06d94cf4ad1a7)]
    public void Texts_hash_to_the_shared_values(string text, ulong hash) =>
        Assert.Equal(hash, (ulong)MurmurHash3.FirstHalf(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Bytes_above_127_count_as_unsigned() =>
        Assert.Equal(0x3408b0fbe4cb130c, MurmurHash3.FirstHalf([0xff, 0x80, 0x7f, 0x00]));

    [Theory]
    [InlineData("hello", 8815023923555918238)]
    [InlineData("", 8849112093580131862)]
    public void Strings_have_the_shared_seeds(string text, long seed) => Assert.Equal(seed, SeedOf(new AttributeValue { S = text }));

    [Theory]
    [InlineData("42", -5061732451827723051)]
    [InlineData("-12345", 2496798676881075539)]
    public void Numbers_have_the_shared_seeds(string number, long seed) => Assert.Equal(seed, SeedOf(new AttributeValue { N = number }));

    [Theory]
    [InlineData(new byte[] { 1, 2, 3 }, 5026299041734804437)]
    [InlineData(new byte[] { 0xff, 0, 0x80 }, 14533934253577680)]
    public void Binaries_have_the_shared_seeds(byte[] bytes, long seed)
    {
        Assert.Equal(seed, SeedOf(new AttributeValue { B = new MemoryStream(bytes) }));
        byte[] padded = [9, 9, .. bytes, 9];
        Assert.Equal(seed, SeedOf(new AttributeValue { B = new MemoryStream(padded, 2, bytes.Length) }));
        Assert.Equal(seed, SeedOf(new AttributeValue { B = new MemoryStream(padded, 2, bytes.Length, writable: false, publiclyVisible: true) }));
    }

    [Fact]
    public void A_number_counts_as_it_is_written() =>
        Assert.Equal(3, new[] { "42", "42.0", "4.2e1" }.Select(number => SeedOf(new AttributeValue { N = number })).Distinct().Count());

    [Fact]
    public void A_long_key_is_hashed_like_a_short_one()
    {
        string text = new('é', 2000);
        byte[] bytes = [1, .. Encoding.UTF8.GetBytes(text)];
        Assert.Equal(MurmurHash3.FirstHalf(bytes), SeedOf(new AttributeValue { S = text }));
    }

    [Fact]
    public void Other_types_have_no_seed()
    {
        Assert.False(KeySeed.TryGet(new AttributeValue { BOOL = true }, out _));
        Assert.False(KeySeed.TryGet(new AttributeValue { SS = ["a"] }, out _));
        Assert.False(KeySeed.TryGet(new AttributeValue(), out _));
    }

    [Theory]
    [InlineData(42, "5 8 4 10 6 1 9 2 7 3")]
    [InlineData(0, "4 1 10 9 5 7 3 2 8 6")]
    public void A_seed_orders_ten_nodes_as_all_clients_order_them(long seed, string expected)
    {
        AlternatorNode[] order = AffinityOrder.Of(seed, TenNodes);
        Assert.Equal(expected, string.Join(' ', order.Select(node => node.Endpoint.Host["node".Length..^".example.com".Length])));
        Assert.Same(order[0], TenNodes[AffinityOrder.First(seed, 10)]);
    }

    [Fact]
    public void Votes_come_first_then_the_canonical_order()
    {
        AlternatorNode first = AffinityOrder.Of(42, TenNodes)[0];
        AlternatorNode second = AffinityOrder.Of(0, TenNodes)[0];

        AlternatorNode[] order = AffinityOrder.OfVotes([0, 42, 42], TenNodes);

        Assert.Same(first, order[0]);
        Assert.Same(second, order[1]);
        Assert.Equal(TenNodes.Except([first, second]), order[2..]);
        Assert.Same(first, TenNodes[AffinityOrder.FirstOfVotes([0, 42, 42], 10)]);
    }

    [Fact]
    public void Equal_votes_are_settled_by_canonical_order_and_not_by_the_order_of_the_items()
    {
        AlternatorNode[] order = AffinityOrder.OfVotes([0, 42], TenNodes);
        Assert.Equal(order, AffinityOrder.OfVotes([42, 0], TenNodes));
        Assert.True(string.CompareOrdinal(order[0].CanonicalEndpoint, order[1].CanonicalEndpoint) < 0);
    }

    private static AlternatorNode[] TenNodes { get; } =
    [
        .. Enumerable.Range(1, 10)
            .Select(i => new AlternatorNode(new Uri($"http://node{i}.example.com:8043"), new NodeHealthOptions(), TimeProvider.System, TimeSpan.FromSeconds(1), 0))
            .OrderBy(node => node.CanonicalEndpoint, StringComparer.Ordinal),
    ];

    private static long SeedOf(AttributeValue value)
    {
        Assert.True(KeySeed.TryGet(value, out long seed));
        return seed;
    }
}
