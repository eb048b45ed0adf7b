using Alternator.Dns.Messages;

namespace Alternator.Dns.Tests.Messages;

public class NamesTests
{
    private static readonly byte[] Header = new byte[12];

    [Fact]
    public void A_pointer_is_followed_to_an_earlier_name()
    {
        byte[] message = [.. Header, 1, (byte)'b', 0, 1, (byte)'a', 0xC0, 12, 99];
        int position = 15;
        byte[] name = new byte[255];

        Assert.True(WireName.TryExpand(message, ref position, name, out int length));
        Assert.Equal("a.b", DomainName.ToText(name.AsSpan(0, length)));
        Assert.Equal(19, position);
    }

    [Fact]
    public void A_chain_of_pointers_is_followed_as_long_as_it_leads_back()
    {
        byte[] message = [.. Header, 1, (byte)'c', 0, 1, (byte)'b', 0xC0, 12, 1, (byte)'a', 0xC0, 15];
        int position = 19;
        byte[] name = new byte[255];

        Assert.True(WireName.TryExpand(message, ref position, name, out int length));
        Assert.Equal("a.b.c", DomainName.ToText(name.AsSpan(0, length)));
    }

    [Theory]
    [InlineData("itself", new byte[] { 0xC0, 12 }, 12)]
    [InlineData("a pointer to it", new byte[] { 0xC0, 14, 0xC0, 12 }, 14)]
    [InlineData("forward", new byte[] { 0xC0, 14, 1, 97, 0 }, 12)]
    [InlineData("the header", new byte[] { 1, 97, 0, 0xC0, 2 }, 15)]
    [InlineData("into its own labels", new byte[] { 1, 97, 0xC0, 12 }, 12)]
    [InlineData("beyond the end", new byte[] { 0xFF, 0xFF }, 12)]
    [InlineData("half a pointer", new byte[] { 0xC0 }, 12)]
    [InlineData("a reserved label type", new byte[] { 0x40, 0 }, 12)]
    [InlineData("another reserved label type", new byte[] { 0x80, 0 }, 12)]
    [InlineData("a label beyond the end", new byte[] { 5, 97 }, 12)]
    [InlineData("no end", new byte[] { 1, 97 }, 12)]
    public void A_name_that_leads_nowhere_is_refused(string _, byte[] body, int position)
    {
        byte[] message = [.. Header, .. body];
        int start = position;

        Assert.False(WireName.TryExpand(message, ref start, new byte[255], out int length));
        start = position;
        bool skipped = WireName.TrySkip(message, ref start);
        Assert.True(!skipped || length <= 255);
    }

    [Fact]
    public void Pointers_that_add_up_to_more_than_255_bytes_are_refused()
    {
        var message = new List<byte>(Header);
        int previous = -1;
        for (int i = 0; i < 6; i++)
        {
            int start = message.Count;
            message.Add(60);
            message.AddRange(Enumerable.Repeat((byte)'x', 60));
            if (previous < 0)
                message.Add(0);
            else
                message.AddRange([(byte)(0xC0 | previous >> 8), (byte)previous]);
            previous = start;
        }

        int position = previous;
        Assert.False(WireName.TryExpand(message.ToArray(), ref position, new byte[255], out _));
    }

    [Theory]
    [InlineData("", "no labels")]
    [InlineData(".", "no labels")]
    [InlineData("a..b", "empty label")]
    [InlineData(".a", "empty label")]
    [InlineData("a b.local", "' '")]
    [InlineData("http://x", "':'")]
    [InlineData("münchen.local", "'ü'")]
    public void A_text_that_is_no_domain_name_is_refused_with_the_reason(string text, string reason) =>
        Assert.Contains(reason, Assert.Throws<FormatException>(() => DomainName.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Labels_and_names_have_their_longest_length()
    {
        Assert.Throws<FormatException>(() => DomainName.Parse(new string('a', 64)));
        Assert.Equal(65, DomainName.Parse(new string('a', 63)).Wire.Length);
        Assert.Throws<FormatException>(() => DomainName.Parse(string.Join('.', Enumerable.Repeat(new string('a', 63), 4))));
    }

    [Fact]
    public void A_name_lies_below_itself_and_its_parents_only()
    {
        DomainName zone = DomainName.Parse("Alternator.Local.");

        Assert.True(zone.IsAtOrAbove(DomainName.Parse("alternator.local").Wire));
        Assert.True(zone.IsAtOrAbove(DomainName.Parse("rack1.dc1.alternator.local").Wire));
        Assert.False(zone.IsAtOrAbove(DomainName.Parse("local").Wire));
        Assert.False(zone.IsAtOrAbove(DomainName.Parse("xalternator.local").Wire));
        Assert.False(zone.IsAtOrAbove("\0"u8));
    }

    [Fact]
    public void Bytes_that_are_not_printable_are_escaped_in_text() =>
        Assert.Equal(@"a\.b\000\255", DomainName.ToText([5, (byte)'a', (byte)'.', (byte)'b', 0, 255, 0]));
}
