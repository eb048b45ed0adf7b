using Alternator.Dns.Tests.Support;
using Alternator.Dns.Zones;

namespace Alternator.Dns.Tests.Messages;

public class ProtocolTests
{
    private readonly TestZone _zone = new();

    [Fact]
    public void The_id_the_opcode_and_the_wish_for_recursion_are_repeated()
    {
        TestResponse response = _zone.Ask(TestQuery.Build("alternator.local", id: 0xBEEF, flags: 0x0110));

        Assert.Equal(0xBEEF, response.Id);
        Assert.Equal(0x0110, response.Flags & 0x0110);
        Assert.Equal(0, _zone.Ask(TestQuery.Build("alternator.local", flags: 0)).Flags & 0x0100);
    }

    [Fact]
    public void A_response_is_never_answered() =>
        Assert.Equal(ReplyKind.Drop, _zone.Respond(TestQuery.Build("alternator.local", flags: 0x8000)).Kind);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(11)]
    public void What_is_shorter_than_a_header_is_never_answered(int length) =>
        Assert.Equal(ReplyKind.Drop, _zone.Respond(TestQuery.Build("alternator.local").AsSpan(0, length)).Kind);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(15)]
    public void An_operation_other_than_query_is_not_implemented(int opcode)
    {
        TestResponse response = _zone.Ask(TestQuery.Build("alternator.local", flags: (ushort)(opcode << 11)));

        Assert.Equal(4, response.Code);
        Assert.Equal(opcode, response.Flags >> 11 & 0xF);
    }

    [Theory]
    [InlineData(4, 0)]
    [InlineData(4, 2)]
    [InlineData(4, 0xFFFF)]
    [InlineData(6, 1)]
    [InlineData(8, 1)]
    [InlineData(10, 1)]
    [InlineData(10, 0xFFFF)]
    public void Counts_that_do_not_fit_the_message_are_a_format_error(int position, int count)
    {
        byte[] query = TestQuery.Build("alternator.local");
        query[position] = (byte)(count >> 8);
        query[position + 1] = (byte)count;

        Assert.Equal(1, _zone.Ask(query).Code);
    }

    [Fact]
    public void A_question_cut_anywhere_is_a_format_error()
    {
        byte[] query = TestQuery.Build("alternator.local");
        for (int length = 12; length < query.Length; length++)
            Assert.Equal(1, _zone.Ask(query.AsSpan(0, length)).Code);
    }

    [Fact]
    public void Bytes_behind_the_message_are_a_format_error() =>
        Assert.Equal(1, _zone.Ask([.. TestQuery.Build("alternator.local"), 0]).Code);

    [Fact]
    public void A_pointer_in_the_question_is_a_format_error()
    {
        byte[] query = TestQuery.Build("alternator.local");
        query[12] = 0xC0;
        query[13] = 12;

        Assert.Equal(1, _zone.Ask(query).Code);
    }

    [Fact]
    public void A_name_longer_than_255_bytes_is_a_format_error()
    {
        string longest = string.Join('.', Enumerable.Repeat(new string('a', 61), 4)) + ".bbbb";
        Assert.Equal(255, TestQuery.Name(longest + "b").Length);
        Assert.Equal(5, _zone.Ask(longest + "b").Code);
        Assert.Equal(1, _zone.Ask(longest + "bb").Code);
    }

    [Fact]
    public void Edns_is_answered_with_edns_and_repeats_the_dnssec_bit()
    {
        TestResponse response = _zone.Ask(TestQuery.Build("alternator.local", ednsSize: 4096, dnssecOk: true));

        Assert.Equal("", response.Opt!.Name);
        Assert.Equal(0x8000u, response.Opt.Ttl);
        Assert.Null(_zone.Ask("alternator.local").Opt);
        Assert.Equal(0u, _zone.Ask("alternator.local", ednsSize: 4096).Opt!.Ttl);
    }

    [Fact]
    public void An_unknown_edns_version_is_a_bad_version()
    {
        TestResponse response = _zone.Ask(TestQuery.Build("alternator.local", ednsSize: 4096, ednsVersion: 1));

        Assert.Equal(16, response.Code);
        Assert.Empty(response.Answers);
    }

    [Fact]
    public void Two_edns_records_or_one_that_is_not_at_the_root_are_a_format_error()
    {
        byte[] query = TestQuery.Build("alternator.local", ednsSize: 1232);
        byte[] opt = query[^11..];
        query[11] = 2;
        Assert.Equal(1, _zone.Ask([.. query, .. opt]).Code);

        query[11] = 1;
        Assert.Equal(1, _zone.Ask([.. query[..^11], 1, (byte)'x', .. opt]).Code);
    }

    [Fact]
    public void Edns_options_are_ignored_unless_they_are_cut()
    {
        byte[] query = TestQuery.Build("alternator.local", ednsSize: 1232);
        byte[] cookie = [0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8];
        query[^1] = (byte)cookie.Length;
        Assert.Equal(0, _zone.Ask([.. query, .. cookie]).Code);

        cookie[3] = 9;
        Assert.Equal(1, _zone.Ask([.. query, .. cookie]).Code);
    }

    [Fact]
    public void Another_record_beside_the_edns_record_may_point_to_the_question()
    {
        byte[] query = TestQuery.Build("alternator.local", ednsSize: 1232);
        query[11] = 2;
        byte[] padding = [0xC0, 12, 0, 16, 0, 1, 0, 0, 0, 0, 0, 1, 0];
        Assert.Equal(0, _zone.Ask([.. query, .. padding]).Code);

        padding[1] = 0xFF;
        Assert.Equal(1, _zone.Ask([.. query, .. padding]).Code);
    }

    [Fact]
    public void A_message_longer_than_any_query_is_a_format_error()
    {
        // The longest that is read and one byte more, both well formed: EDNS padding (RFC 7830) fills them.
        Assert.Equal(0, _zone.Ask(Padded(4096)).Code);
        Assert.Equal(1, _zone.Ask(Padded(4097)).Code);

        static byte[] Padded(int length)
        {
            byte[] query = TestQuery.Build("alternator.local", ednsSize: 1232);
            int options = length - query.Length, padding = options - 4;
            query[^2] = (byte)(options >> 8);
            query[^1] = (byte)options;
            return [.. query, 0, 12, (byte)(padding >> 8), (byte)padding, .. new byte[padding]];
        }
    }
}
