using System.Net;
using System.Text;

namespace Alternator.Client.Tests;

public sealed class LocalNodesAnswerTests
{
    [Theory]
    [InlineData("[]", "", 0)]
    [InlineData(""" ["10.0.0.1", "10.0.0.2"] """, "10.0.0.1,10.0.0.2", 0)]
    [InlineData("""["10.0.0.1","10.0.0.1"]""", "10.0.0.1", 0)]
    [InlineData("""["10.0.0.1","c1a2a6d5-8f0e-4c62-b4d1-95b8d0a1e0ff"]""", "10.0.0.1", 1)]
    [InlineData("""["2001:db8::1","::ffff:10.0.0.3","fe80::1"]""", "2001:db8::1,10.0.0.3,fe80::1", 0)]
    [InlineData("""["node1","0.0.0.0","::","1","127.1",5,null,{"a":[1]},["x"],"10.0.0.4"]""", "10.0.0.4", 9)]
    public void Addresses_are_read_and_what_is_none_is_skipped(string body, string addresses, int skipped)
    {
        LocalNodesAnswer answer = LocalNodesAnswer.Parse(Encoding.UTF8.GetBytes(body));
        Assert.Equal(addresses, string.Join(',', answer.Addresses));
        Assert.Equal(skipped, answer.Skipped);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("\"10.0.0.1\"")]
    [InlineData("[\"10.0.0.1\"")]
    [InlineData("[\"10.0.0.1\"] []")]
    [InlineData("<html>502</html>")]
    [InlineData("[[[[[[[[[[[[[[\"deep\"]]]]]]]]]]]]]]")]
    public void What_is_no_list_is_refused(string body) =>
        Assert.Throws<FormatException>(() => LocalNodesAnswer.Parse(Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void IPv6_addresses_become_endpoints_in_brackets()
    {
        Assert.Equal("http://[2001:db8::1]:8000", CanonicalEndpoint.Of(CanonicalEndpoint.Of(IPAddress.Parse("2001:db8::1"), new Uri("http://seed:8000"))));
        Assert.Equal("https://[fe80::1%3]", CanonicalEndpoint.Of(new Uri("https://[fe80::1%3]")));
    }

    [Theory]
    [InlineData("HTTP://Node1.Example.COM:80/path?query#fragment", "http://node1.example.com")]
    [InlineData("https://user:pw@10.0.0.1:443", "https://10.0.0.1")]
    [InlineData("https://10.0.0.1:80", "https://10.0.0.1:80")]
    [InlineData("http://[2001:DB8::1]:8000", "http://[2001:db8::1]:8000")]
    public void Endpoints_have_one_canonical_form(string endpoint, string canonical) =>
        Assert.Equal(canonical, CanonicalEndpoint.Of(new Uri(endpoint)));

    [Fact]
    public async Task Over_HTTP_an_answer_other_than_200_or_one_without_end_is_refused()
    {
        var handler = new Answers();
        using var invoker = new HttpMessageInvoker(handler);
        INodeChannel channel = new HttpNodeChannel(invoker, new IdentityRequest(null, TimeProvider.System));
        handler.Answer = () => new HttpResponseMessage(HttpStatusCode.BadGateway) { Content = new StringContent("[\"10.0.0.1\"]") };
        await Assert.ThrowsAsync<HttpRequestException>(() => channel.GetLocalNodesAsync(new Uri("http://a:1"), "?dc=x", default));
        Assert.Equal("http://a:1/localnodes?dc=x", handler.Asked!.AbsoluteUri);
        handler.Answer = () => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(new Endless()) };
        await Assert.ThrowsAsync<FormatException>(() => channel.GetLocalNodesAsync(new Uri("http://a:1"), "", default));
        handler.Answer = () => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("[\"10.0.0.1\"]") };
        Assert.Single((await channel.GetLocalNodesAsync(new Uri("http://a:1"), "", default)).Addresses);
    }

    [Fact]
    public void Any_bytes_either_give_a_list_or_are_refused()
    {
        var random = new Random(20260101);
        int rounds = Environment.GetEnvironmentVariable("ALTERNATOR_LONG_TESTS") == "1" ? 2_000_000 : 40_000;
        byte[] sample = """["10.0.0.1","2001:db8::1",null,{"a":"b"},[1,2],"c1a2a6d5-8f0e-4c62-b4d1-95b8d0a1e0ff"]"""u8.ToArray();
        for (int i = 0; i < rounds; i++)
        {
            byte[] body = i % 4 == 0 ? new byte[random.Next(200)] : [.. sample];
            if (i % 4 == 0)
            {
                random.NextBytes(body);
            }
            for (int changes = random.Next(6); changes > 0 && body.Length > 0; changes--)
            {
                body[random.Next(body.Length)] = (byte)(random.Next(3) == 0 ? random.Next(256) : "[]{}\",:.0123456789abcdef\\nul"[random.Next(28)]);
            }
            try
            {
                LocalNodesAnswer answer = LocalNodesAnswer.Parse(body.AsSpan(0, random.Next(body.Length + 1)));
                Assert.True(answer.Addresses.Length + answer.Skipped <= body.Length);
                foreach (IPAddress address in answer.Addresses)
                {
                    _ = CanonicalEndpoint.Of(CanonicalEndpoint.Of(address, new Uri("http://seed:8000")));
                }
            }
            catch (FormatException)
            {
                // Refused.
            }
        }
    }

    [Fact]
    public void A_hostile_list_is_bounded()
    {
        string body = "[" + string.Join(',', Enumerable.Range(0, 40_000).Select(i => $"\"10.{i >> 16}.{(i >> 8) & 255}.{i & 255}\"")) + "]";
        Assert.Equal(LocalNodesAnswer.MaxEntries, LocalNodesAnswer.Parse(Encoding.UTF8.GetBytes(body)).Addresses.Length);
    }

    [Fact]
    public void Any_text_either_is_a_connection_string_that_survives_writing_or_is_refused()
    {
        var random = new Random(7);
        string[] pieces = ["Endpoints", "AccessKey", "SecretKey", "Datacenter", "Rack", "Region", "=", ";", ",", "\"", "http://", "https://", "node1", ":8000", "[::1]", " ", "é", "\0", "a", "/", "?", "@", "%41", "ServerName", "CaFile"];
        int read = 0;
        for (int i = 0; i < 40_000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => pieces[random.Next(pieces.Length)]));
            text = i % 2 == 0 ? text : "Endpoints=http://a:1;" + text;
            if (AlternatorConnectionString.TryParse(text, out AlternatorConnectionString? parsed))
            {
                read++;
                Assert.Equal(parsed, AlternatorConnectionString.Parse(parsed.ToString()));
            }
            else
            {
                Assert.NotEmpty(Assert.Throws<FormatException>(() => AlternatorConnectionString.Parse(text)).Message);
            }
        }
        Assert.True(read > 500, $"Only {read} texts were connection strings.");
    }

    private sealed class Answers : HttpMessageHandler
    {
        public Func<HttpResponseMessage> Answer { get; set; } = null!;

        public Uri? Asked { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked = request.RequestUri;
            return Task.FromResult(Answer());
        }
    }

    private sealed class Endless : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get; set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            buffer.AsSpan(offset, count).Fill((byte)' ');
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
