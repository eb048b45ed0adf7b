using Alternator.Emulator.Tests.Support;

namespace Alternator.Emulator.Tests.Releases;

/// <summary>What changes on the wire between ScyllaDB's release lines (alternator/server.cc of the newest tags).</summary>
public sealed class ReleaseWireTests
{
    [Theory]
    [InlineData(EmulatorRelease.V2025_4, false)]
    [InlineData(EmulatorRelease.V2026_1, true)]
    public async Task A_body_that_is_too_long_is_refused_in_JSON_from_2026_1(EmulatorRelease release, bool json)
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new() { Nodes = 1, Release = release, MaxRequestBytes = 1000, Control = false });
        RawAnswer answer = await RawHttp.OnceAsync(cluster.Nodes[0], Api.Head("ListTables", 2000));
        Assert.Equal(413, answer.Status);
        Assert.Equal(json, answer.Text.StartsWith("{\"__type\":\"com.amazonaws.dynamodb.v20120810#PayloadTooLarge\"", StringComparison.Ordinal));
        Assert.Equal("close", answer.Header("Connection"));
    }

    [Theory]
    [InlineData(EmulatorRelease.V2026_1, "UnknownOperationException")]
    [InlineData(EmulatorRelease.V2026_2, "RequestLimitExceeded")]
    public async Task Too_many_requests_are_refused_before_the_operation_is_looked_at_from_2026_2(EmulatorRelease release, string error)
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new() { Nodes = 1, Release = release, MaxConcurrentRequests = 1, Control = false });
        using RawHttp occupying = await RawHttp.ConnectAsync(cluster.Nodes[0]);
        await occupying.SendAsync(Api.Head("ListTables", 2));
        while (cluster.Nodes[0].RunningRequests == 0) await Task.Delay(5);
        Assert.Equal(error, (await Api.CallAsync(cluster.Nodes[0], "Nonsense", "{}")).Error);
        Assert.Equal("RequestLimitExceeded", (await Api.CallAsync(cluster.Nodes[0], "ListTables", "{}")).Error);
    }

    [Theory]
    [InlineData(EmulatorRelease.V2025_3, "The security token included in the request is invalid.")]
    [InlineData(EmulatorRelease.V2025_4, "wrong signature")]
    public async Task A_wrong_signature_is_called_so_from_2025_4(EmulatorRelease release, string message)
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new() { Nodes = 1, Release = release, EnforceAuthorization = true, Control = false });
        string now = DateTime.UtcNow.ToString("yyyyMMdd'T'HHmmss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        RawAnswer answer = await Api.CallAsync(
            cluster.Nodes[0],
            "ListTables",
            "{}",
            $"X-Amz-Date: {now}\nAuthorization: AWS4-HMAC-SHA256 Credential=alternator/{now[..8]}/r/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature={new string('0', 64)}");
        Assert.Equal("UnrecognizedClientException", answer.Error);
        Assert.Contains(message, answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_that_a_release_does_not_have_are_refused_by_name()
    {
        foreach (EmulatorOptions options in new EmulatorOptions[] { new() { WarnAuthorization = true }, new() { AllowSystemTableWrite = true } })
        {
            var error = await Assert.ThrowsAsync<ArgumentException>(() => EmulatorCluster.StartAsync(options with { Release = EmulatorRelease.V2025_3 }));
            Assert.Contains("2025.4", error.Message, StringComparison.Ordinal);
            await (await EmulatorCluster.StartAsync(options with { Release = EmulatorRelease.V2025_4 })).DisposeAsync();
        }
    }
}
