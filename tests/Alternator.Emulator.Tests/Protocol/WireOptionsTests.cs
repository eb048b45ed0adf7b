using Alternator.Emulator.Tests.Support;

namespace Alternator.Emulator.Tests.Protocol;

public sealed class WireOptionsTests
{
    [Fact]
    public async Task Content_type_and_date_can_be_switched_off_and_a_server_header_on()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new() { Nodes = 1, ContentTypeHeader = false, DateHeader = false, ServerHeader = "unit/1" });
        foreach (RawAnswer answer in new[]
        {
            await Api.CallAsync(cluster.Nodes[0], "ListTables", "{}"),
            await Api.CallAsync(cluster.Nodes[0], "Nothing", "{}"),
        })
        {
            Assert.Null(answer.Header("Content-Type"));
            Assert.Null(answer.Header("Date"));
            Assert.Equal("unit/1", answer.Header("Server"));
        }
    }

    [Fact]
    public async Task Above_the_concurrency_limit_a_node_answers_RequestLimitExceeded_with_400()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new() { Nodes = 2, MaxConcurrentRequests = 1 });
        EmulatorNode node = cluster.Nodes[0];

        // A request whose body never comes occupies the node.
        using RawHttp occupying = await RawHttp.ConnectAsync(node);
        await occupying.SendAsync(Api.Head("ListTables", 2));
        while (node.RunningRequests == 0) await Task.Delay(5);

        RawAnswer refused = await Api.CallAsync(node, "ListTables", "{}");
        Assert.Equal((400, "RequestLimitExceeded"), (refused.Status, refused.Error));
        Assert.Equal(200, (await Api.CallAsync(cluster.Nodes[1], "ListTables", "{}")).Status);

        await occupying.SendBytesAsync("{}"u8.ToArray());
        Assert.Equal(200, (await occupying.ReadAsync()).Status);
        Assert.Equal(200, (await Api.CallAsync(node, "ListTables", "{}")).Status);
    }
}
