namespace Alternator.Client.Tests;

public sealed class ConnectionStringTests
{
    [Fact]
    public void Every_key_is_read()
    {
        var read = AlternatorConnectionString.Parse(
            "Endpoints=http://node1:8000,https://[::1]:8043;AccessKey=alternator;SecretKey=secret;Datacenter=dc1;Rack=rack1;Region=eu-west-1;ServerName=db.example.com;CaFile=/etc/ca.pem");

        Assert.Equal(["http://node1:8000/", "https://[::1]:8043/"], read.Endpoints.Select(endpoint => endpoint.AbsoluteUri));
        Assert.Equal("alternator", read.AccessKey);
        Assert.Equal("secret", read.SecretKey);
        Assert.Equal("dc1", read.Datacenter);
        Assert.Equal("rack1", read.Rack);
        Assert.Equal("eu-west-1", read.Region);
        Assert.Equal("db.example.com", read.ServerName);
        Assert.Equal("/etc/ca.pem", read.CaFile);
        Assert.Equal(RoutingScope.Rack("dc1", "rack1"), read.Scope);
    }

    [Theory]
    [InlineData("http://host:8000", "http://host:8000/")]
    [InlineData("http://host", "http://host/")]
    [InlineData("  HTTPS://Host:8043/ ", "https://host:8043/")]
    public void A_bare_URI_is_a_connection_string(string text, string endpoint) =>
        Assert.Equal(endpoint, Assert.Single(AlternatorConnectionString.Parse(text).Endpoints).AbsoluteUri);

    [Fact]
    public void Bare_URIs_may_be_parted_by_commas() =>
        Assert.Equal(2, AlternatorConnectionString.Parse("http://a:1, http://b:2").Endpoints.Length);

    [Fact]
    public void Keys_are_compared_without_regard_to_case() =>
        Assert.Equal("dc1", AlternatorConnectionString.Parse("ENDPOINTS=http://a:1;dataCenter=dc1;").Datacenter);

    [Theory]
    [InlineData("Endpoints=http://a:1;AcessKey=x", "AcessKey", "AccessKey")]
    [InlineData("Endpoints=http://a:1;Dc=x", "Dc", "Known keys")]
    [InlineData("Endpoints=http://a:1;Rack=r1", "Rack", "Datacenter")]
    [InlineData("Endpoints=http://a:1;AccessKey=x", "AccessKey", "SecretKey")]
    [InlineData("Endpoints=http://a:1;SecretKey=x", "SecretKey", "AccessKey")]
    [InlineData("Endpoints=http://a:1;Region=a;region=b", "Region", "twice")]
    [InlineData("Endpoints=a:1", "a:1", "http://host:port")]
    [InlineData("Endpoints=http://a:1/path", "http://a:1/path", "http://host:port")]
    [InlineData("Endpoints=http://user:pw@a:1", "Endpoints", "AccessKey")]
    [InlineData("Endpoints=http://a:1,", "Endpoints", "http://host:port")]
    [InlineData("Endpoints=", "Endpoints", "http://host:port")]
    [InlineData("AccessKey=a;SecretKey=b", "Endpoints", "http://host:port")]
    [InlineData("node1:8000", "http://host:port", "Key=value")]
    [InlineData("Endpoints=http://a:1;SecretKey=\"x;AccessKey=b", "SecretKey", "quote")]
    [InlineData("", "empty", "Endpoints")]
    public void A_mistake_is_named_together_with_what_is_expected(string text, string named, string expected)
    {
        var error = Assert.Throws<FormatException>(() => AlternatorConnectionString.Parse(text));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.False(AlternatorConnectionString.TryParse(text, out _));
    }

    [Fact]
    public void All_unknown_keys_are_named_at_once_each_with_the_key_that_it_may_stand_for()
    {
        string message = Assert.Throws<FormatException>(() => AlternatorConnectionString.Parse("Endpionts=http://a:1;Dattacenter=\"d;c\";RACKS=r1;racks=r2;Region=x")).Message;

        Assert.StartsWith("Unknown keys: 'Endpionts' (did you mean Endpoints?), 'Dattacenter' (did you mean Datacenter?), 'RACKS' (did you mean Rack?). Known keys: Endpoints, ", message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_never_repeats_a_secret()
    {
        var error = Assert.Throws<FormatException>(() => AlternatorConnectionString.Parse("Endpoints=http://a:1;SecretKey=topsecret;SecretKey=topsecret"));
        Assert.DoesNotContain("topsecret", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$6$x7IF/a=b")]
    [InlineData("semi;colon")]
    [InlineData("quo\"te")]
    [InlineData(" outer blanks ")]
    [InlineData("\"")]
    public void What_is_written_is_read_back(string secret)
    {
        var written = new AlternatorConnectionString { Endpoints = [new Uri("http://a:8000"), new Uri("https://[::1]")], AccessKey = "k", SecretKey = secret, Datacenter = "dc 1" };
        Assert.Equal(written, AlternatorConnectionString.Parse(written.ToString()));
        Assert.Equal(secret, AlternatorConnectionString.Parse(written.ToString()).SecretKey);
    }
}
