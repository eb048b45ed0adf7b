using System.Globalization;
using Alternator.Emulator.Engine;
using Alternator.Emulator.Tests.Engine;

namespace Alternator.Emulator.Tests.TimeToLive;

/// <summary>Source: DynamoDB developer guide, "Time to Live"; docs/alternator/compatibility.md; alternator/ttl.cc.</summary>
public sealed class ExpiryTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly FixedTime _time = new(Now);
    private readonly TestEngine _engine;

    public ExpiryTests()
    {
        _engine = new TestEngine(new EngineOptions { TimeProvider = _time });
        _engine.CreateTable("things", more: """ "StreamSpecification":{"StreamEnabled":true,"StreamViewType":"OLD_IMAGE"} """);
    }

    public void Dispose() => _engine.Dispose();

    [Theory]
    [InlineData("N", "0", true)]
    [InlineData("N", "0.9", true)]
    [InlineData("N", "1", false)]
    [InlineData("N", "-3600", true)]
    [InlineData("N", "-200000000", false)]
    [InlineData("S", "0", false)]
    public void An_item_expires_when_its_number_of_seconds_has_come_unless_it_is_years_old(string type, string offset, bool expires)
    {
        var at = Now.ToUnixTimeSeconds() + decimal.Parse(offset, CultureInfo.InvariantCulture);
        Put("k", type, at.ToString(CultureInfo.InvariantCulture));
        Enable("ttl");
        _engine.Engine.DeleteExpired();
        Assert.Equal(!expires, Exists("k"));
    }

    [Fact]
    public void Items_written_before_and_after_enabling_expire_and_tell_it_in_the_stream()
    {
        Put("before", "N", (Now.ToUnixTimeSeconds() + 10).ToString(CultureInfo.InvariantCulture));
        Enable("ttl");
        Put("after", "N", (Now.ToUnixTimeSeconds() + 10).ToString(CultureInfo.InvariantCulture));
        Put("later", "N", (Now.ToUnixTimeSeconds() + 11).ToString(CultureInfo.InvariantCulture));
        Put("moved", "N", (Now.ToUnixTimeSeconds() + 5).ToString(CultureInfo.InvariantCulture));
        Put("moved", "N", (Now.ToUnixTimeSeconds() + 500).ToString(CultureInfo.InvariantCulture));
        _engine.Engine.DeleteExpired();
        Assert.True(Exists("before") && Exists("after"));
        _time.Advance(TimeSpan.FromSeconds(10));
        _engine.Engine.DeleteExpired();
        Assert.False(Exists("before") || Exists("after"));
        Assert.True(Exists("later") && Exists("moved"));
        var arn = _engine.Call("DescribeTable", """{"TableName":"things"}""")["Table"]!["LatestStreamArn"]!;
        var removals = _engine.Call("DescribeStream", "{\"StreamArn\":\"" + arn + "\"}")["StreamDescription"]!["Shards"]!.AsArray()
            .Select(shard => _engine.Call("GetShardIterator", "{\"StreamArn\":\"" + arn + "\",\"ShardIteratorType\":\"TRIM_HORIZON\",\"ShardId\":\"" + shard!["ShardId"] + "\"}")["ShardIterator"])
            .SelectMany(iterator => _engine.Call("GetRecords", "{\"ShardIterator\":\"" + iterator + "\"}")["Records"]!.AsArray())
            .Where(record => (string)record!["eventName"]! == "REMOVE").ToArray();
        Assert.Equal(2, removals.Length);
        Assert.All(removals, record => Assert.Equal("""{"Type":"Service","PrincipalId":"dynamodb.amazonaws.com"}""", record!["userIdentity"]!.ToJsonString()));
    }

    [Fact]
    public void Nothing_expires_once_it_is_disabled()
    {
        Enable("ttl");
        Put("k", "N", Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        Assert.Equal("ENABLED", (string)_engine.Call("DescribeTimeToLive", """{"TableName":"things"}""")["TimeToLiveDescription"]!["TimeToLiveStatus"]!);
        _engine.RefuseAsInvalid("UpdateTimeToLive", Body("ttl", true), "already enabled");
        _engine.RefuseAsInvalid("UpdateTimeToLive", Body("other", false), "different attribute");
        _engine.Call("UpdateTimeToLive", Body("ttl", false));
        _engine.RefuseAsInvalid("UpdateTimeToLive", Body("ttl", false), "already disabled");
        _engine.Engine.DeleteExpired();
        Assert.True(Exists("k"));
        Assert.Equal("DISABLED", (string)_engine.Call("DescribeTimeToLive", """{"TableName":"things"}""")["TimeToLiveDescription"]!["TimeToLiveStatus"]!);
    }

    [Fact]
    public async Task The_scan_runs_by_itself_period_after_period()
    {
        using var engine = new TestEngine(new EngineOptions { TtlPeriod = TimeSpan.FromMilliseconds(20) });
        engine.CreateTable("things");
        engine.Call("UpdateTimeToLive", Body("ttl", true));
        engine.Call("PutItem", """{"TableName":"things","Item":{"p":{"S":"k"},"ttl":{"N":"TTL"}}}""".Replace("TTL", DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        for (var i = 0; i < 3000 && (int)engine.Call("Scan", """{"TableName":"things"}""")["Count"]! > 0; i++)
        {
            await Task.Delay(10);
        }

        Assert.Equal(0, (int)engine.Call("Scan", """{"TableName":"things"}""")["Count"]!);
    }

    private static string Body(string attribute, bool enabled) =>
        "{\"TableName\":\"things\",\"TimeToLiveSpecification\":{\"AttributeName\":\"" + attribute + "\",\"Enabled\":" + (enabled ? "true" : "false") + "}}";

    private void Enable(string attribute) => _engine.Call("UpdateTimeToLive", Body(attribute, true));

    private void Put(string p, string type, string ttl) =>
        _engine.Call("PutItem", "{\"TableName\":\"things\",\"Item\":{\"p\":{\"S\":\"" + p + "\"},\"ttl\":{\"" + type + "\":\"" + ttl + "\"}}}");

    private bool Exists(string p) => _engine.Call("GetItem", "{\"TableName\":\"things\",\"Key\":{\"p\":{\"S\":\"" + p + "\"}}}")["Item"] is not null;
}
