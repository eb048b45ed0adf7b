using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Alternator.Emulator.Tests.Support;

namespace Alternator.Emulator.Tests.Faults;

/// <summary>Every fault of a node, seen from outside with plain sockets.</summary>
public sealed class FaultTests : IAsyncLifetime
{
    private const string HealthRequest = "GET / HTTP/1.1\nHost: x";
    private EmulatorCluster _cluster = null!;
    private EmulatorNode _node = null!;

    public async Task InitializeAsync()
    {
        _cluster = await EmulatorCluster.StartAsync(new() { Nodes = 2, Seed = 1 });
        _node = _cluster.Nodes[0];
        await Api.CreateTableAsync(_node, "t-fault");
        await Api.PutAsync(_node, "t-fault", "a", "1");
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task A_paused_node_accepts_and_answers_everything_once_it_is_resumed()
    {
        using RawHttp before = await RawHttp.ConnectAsync(_node);
        await before.SendAsync(HealthRequest);
        await before.ReadAsync();
        _node.Pause();
        using RawHttp during = await RawHttp.ConnectAsync(_node);
        await before.SendAsync(HealthRequest);
        await during.SendAsync(HealthRequest);
        Task<RawAnswer> late = before.ReadAsync();
        Task<RawAnswer> later = during.ReadAsync();
        await Task.Delay(100);
        Assert.False(late.IsCompleted);
        Assert.False(later.IsCompleted);
        _node.Resume();
        Assert.Equal(200, (await late).Status);
        Assert.Equal(200, (await later).Status);
    }

    [Fact]
    public async Task A_paused_node_leaves_the_list_of_the_others()
    {
        _node.Pause();
        Assert.Equal("""["127.0.0.2"]""", (await RawHttp.OnceAsync(_cluster.Nodes[1], "GET /localnodes HTTP/1.1\nHost: x")).Text);
    }

    [Fact]
    public async Task A_black_hole_never_answers_executes_nothing_and_resets_when_it_ends()
    {
        using RawHttp old = await RawHttp.ConnectAsync(_node);
        await old.SendAsync(HealthRequest);
        await old.ReadAsync();
        _node.BlackHole();
        using RawHttp fresh = await RawHttp.ConnectAsync(_node);
        byte[] put = """{"TableName":"t-fault","Item":{"k":{"S":"swallowed"}}}"""u8.ToArray();
        await old.SendAsync(Api.Head("PutItem", put.Length), put);
        await fresh.SendAsync(Api.Head("PutItem", put.Length), put);
        Task<RawAnswer> none = old.ReadAsync();
        Task<RawAnswer> neither = fresh.ReadAsync();
        await Task.Delay(100);
        Assert.False(none.IsCompleted);
        Assert.False(neither.IsCompleted);
        await _node.ReviveAsync();
        await AssertReset(none);
        await AssertReset(neither);
        Assert.Equal("{}", (await Api.GetAsync(_node, "t-fault", "swallowed")).Text);
    }

    [Fact]
    public async Task A_slow_node_answers_late_and_the_others_do_not()
    {
        _node.SlowDown(TimeSpan.FromMilliseconds(400));
        var clock = Stopwatch.StartNew();
        Assert.Equal(200, (await RawHttp.OnceAsync(_node, HealthRequest)).Status);
        Assert.True(clock.ElapsedMilliseconds >= 390, $"{clock.ElapsedMilliseconds} ms");
        _node.Faults = NodeFaults.None;
        _cluster.Nodes[1].SlowDown(TimeSpan.FromMinutes(10));
        Assert.Equal(200, (await RawHttp.OnceAsync(_node, HealthRequest)).Status);
    }

    [Fact]
    public async Task A_slow_share_concerns_some_answers_only()
    {
        _node.SlowDown(TimeSpan.FromMinutes(10), share: 0.5);
        int answered = 0;
        for (int i = 0; i < 20; i++)
        {
            Task<RawAnswer> answer = RawHttp.OnceAsync(_node, HealthRequest);
            if (await Task.WhenAny(answer, Task.Delay(500)) == answer) answered++;
            else _ = answer.ContinueWith(a => a.Exception, TaskScheduler.Default);
        }

        Assert.InRange(answered, 2, 18);
    }

    [Fact]
    public async Task Jitter_adds_up_to_its_upper_end()
    {
        _node.SlowDown(TimeSpan.Zero, jitter: TimeSpan.FromMilliseconds(300));
        var times = new List<long>();
        for (int i = 0; i < 12; i++)
        {
            var clock = Stopwatch.StartNew();
            await RawHttp.OnceAsync(_node, HealthRequest);
            times.Add(clock.ElapsedMilliseconds);
        }

        Assert.True(times.Max() - times.Min() > 50, string.Join(' ', times));
    }

    [Theory]
    [InlineData(NodeError.InternalServerError, 500, "InternalServerError")]
    [InlineData(NodeError.Overload, 400, "RequestLimitExceeded")]
    public async Task A_failing_node_answers_API_requests_with_the_error_and_serves_the_rest(NodeError kind, int status, string type)
    {
        _node.ReturnErrors(kind: kind);
        RawAnswer put = await Api.CallAsync(_node, "PutItem", """{"TableName":"t-fault","Item":{"k":{"S":"failed"}}}""");
        Assert.Equal((status, type), (put.Status, put.Error));
        Assert.Equal(200, (await RawHttp.OnceAsync(_node, HealthRequest)).Status);
        Assert.Equal("{}", (await Api.GetAsync(_cluster.Nodes[1], "t-fault", "failed")).Text);
    }

    [Fact]
    public async Task An_error_after_the_execution_leaves_the_write_behind()
    {
        _node.ReturnErrors(executed: true);
        RawAnswer put = await Api.CallAsync(_node, "PutItem", """{"TableName":"t-fault","Item":{"k":{"S":"done"}}}""");
        Assert.Equal(500, put.Status);
        Assert.Contains("done", (await Api.GetAsync(_cluster.Nodes[1], "t-fault", "done")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Errors_can_be_for_one_operation_and_end_after_some_times()
    {
        _node.ReturnErrors(operation: "GetItem", times: 2);
        Assert.Equal(200, (await Api.CallAsync(_node, "ListTables", "{}")).Status);
        Assert.Equal(500, (await Api.GetAsync(_node, "t-fault", "a")).Status);
        Assert.Equal("errors", _node.Faults.ToString());
        Assert.Equal(500, (await Api.GetAsync(_node, "t-fault", "a")).Status);
        Assert.Equal(NodeFaults.None, _node.Faults);
        Assert.Equal(200, (await Api.GetAsync(_node, "t-fault", "a")).Status);
    }

    [Fact]
    public async Task However_many_come_at_once_the_errors_are_as_many_as_were_asked_for_and_setting_the_fault_again_counts_anew()
    {
        for (int round = 0; round < 2; round++)
        {
            _node.ReturnErrors(times: 7);
            RawAnswer[] answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Api.CallAsync(_node, "ListTables", "{}")));
            Assert.Equal(7, answers.Count(answer => answer.Status == 500));
        }

        _node.ReturnErrors(times: 3);
        await Api.CallAsync(_node, "ListTables", "{}");
        _node.ReturnErrors(times: 3);
        RawAnswer[] again = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Api.CallAsync(_node, "ListTables", "{}")));
        Assert.Equal(3, again.Count(answer => answer.Status == 500));
    }

    [Fact]
    public void Errors_for_an_operation_that_there_is_not_or_for_no_times_are_refused()
    {
        Assert.Contains("PutItem", Assert.Throws<ArgumentException>(() => _node.ReturnErrors(operation: "Putitem")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => _node.ReturnErrors(times: 0));
        Assert.Same(NodeFaults.None, _node.Faults);
    }

    [Fact]
    public async Task A_share_of_errors_is_about_that_share_and_the_same_for_the_same_seed()
    {
        string[] runs = new string[2];
        for (int run = 0; run < 2; run++)
        {
            await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new() { Nodes = 1, Seed = 42 });
            cluster.Nodes[0].ReturnErrors(0.5);
            var seen = new StringBuilder();
            for (int i = 0; i < 40; i++) seen.Append((await Api.CallAsync(cluster.Nodes[0], "ListTables", "{}")).Status == 500 ? 'E' : '.');
            runs[run] = seen.ToString();
        }

        Assert.Equal(runs[0], runs[1]);
        Assert.InRange(runs[0].Count(c => c == 'E'), 8, 32);
    }

    [Fact]
    public async Task A_reset_comes_in_place_of_the_answer()
    {
        _node.ResetConnections();
        using RawHttp http = await RawHttp.ConnectAsync(_node);
        byte[] put = """{"TableName":"t-fault","Item":{"k":{"S":"reset"}}}"""u8.ToArray();
        await http.SendAsync(Api.Head("PutItem", put.Length), put);
        await AssertReset(http.ReadAsync());
        Assert.Equal("{}", (await Api.GetAsync(_cluster.Nodes[1], "t-fault", "reset")).Text);
    }

    [Fact]
    public async Task A_reset_mid_answer_comes_after_headers_and_half_of_the_body()
    {
        _node.ResetConnections(ResetPoint.MidAnswer);
        using RawHttp http = await RawHttp.ConnectAsync(_node);
        byte[] get = """{"TableName":"t-fault","Key":{"k":{"S":"a"}}}"""u8.ToArray();
        await http.SendAsync(Api.Head("GetItem", get.Length), get);
        await AssertReset(http.ReadAsync());
    }

    [Fact]
    public async Task A_truncated_answer_ends_in_order_in_the_middle_of_its_body()
    {
        _node.BreakAnswers(BrokenForm.Truncated);
        using RawHttp http = await RawHttp.ConnectAsync(_node);
        byte[] get = """{"TableName":"t-fault","Key":{"k":{"S":"a"}}}"""u8.ToArray();
        await http.SendAsync(Api.Head("GetItem", get.Length), get);
        string all = Encoding.UTF8.GetString(await http.ReadToEndAsync());
        const string whole = """{"Item":{"k":{"S":"a"},"v":{"S":"1"}}}""";
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", all, StringComparison.Ordinal);
        Assert.Contains($"Content-Length: {whole.Length}\r\n", all, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n" + whole[..(whole.Length / 2)], all, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(BrokenForm.Html, "<!DOCTYPE html>")]
    [InlineData(BrokenForm.EmptyList, "[]")]
    [InlineData(BrokenForm.HostIds, "[\"")]
    public async Task Localnodes_answers_garbage_while_the_API_answers_well(BrokenForm form, string start)
    {
        _node.BreakAnswers(form, RequestKinds.LocalNodes);
        RawAnswer list = await RawHttp.OnceAsync(_node, "GET /localnodes HTTP/1.1\nHost: x");
        Assert.Equal(200, list.Status);
        Assert.StartsWith(start, list.Text, StringComparison.Ordinal);
        if (form == BrokenForm.HostIds) Assert.True(Guid.TryParse(System.Text.Json.JsonSerializer.Deserialize<string[]>(list.Text)![0], out _));
        Assert.Equal(200, (await Api.GetAsync(_node, "t-fault", "a")).Status);
    }

    [Fact]
    public async Task Random_bytes_come_with_status_200()
    {
        _node.BreakAnswers(BrokenForm.RandomBytes);
        RawAnswer answer = await Api.GetAsync(_node, "t-fault", "a");
        Assert.Equal((200, 200), (answer.Status, answer.Body.Length));
        Assert.ThrowsAny<System.Text.Json.JsonException>(() => System.Text.Json.JsonDocument.Parse(answer.Body).Dispose());
    }

    [Fact]
    public async Task Bytes_that_are_not_HTTP_end_the_connection()
    {
        _node.BreakAnswers(BrokenForm.NotHttp);
        using RawHttp http = await RawHttp.ConnectAsync(_node);
        await http.SendAsync(HealthRequest);
        Assert.StartsWith("220 ", Encoding.ASCII.GetString(await http.ReadToEndAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_without_end_go_on_until_the_fault_ends()
    {
        _node.BreakAnswers(BrokenForm.EndlessHeaders);
        using RawHttp http = await RawHttp.ConnectAsync(_node);
        await http.SendAsync(HealthRequest);
        Task<byte[]> all = http.ReadToEndAsync();
        await Task.Delay(150);
        Assert.False(all.IsCompleted);
        _node.Faults = NodeFaults.None;
        await AssertReset(all);
    }

    [Fact]
    public async Task A_hidden_node_serves_and_is_listed_by_nobody()
    {
        _node.Hide();
        Assert.Equal("""["127.0.0.2"]""", (await RawHttp.OnceAsync(_node, "GET /localnodes HTTP/1.1\nHost: x")).Text);
        Assert.Equal("""["127.0.0.2"]""", (await RawHttp.OnceAsync(_cluster.Nodes[1], "GET /localnodes HTTP/1.1\nHost: x")).Text);
        Assert.Equal(200, (await Api.GetAsync(_node, "t-fault", "a")).Status);
    }

    [Fact]
    public async Task Faults_combine_and_revive_ends_them_all()
    {
        _node.SlowDown(TimeSpan.FromMilliseconds(1));
        _node.ReturnErrors();
        _node.Hide();
        Assert.Equal("slow,errors,hide", _node.Faults.ToString());
        Assert.Equal(500, (await Api.GetAsync(_node, "t-fault", "a")).Status);
        await _node.ReviveAsync();
        Assert.Same(NodeFaults.None, _node.Faults);
        Assert.Equal(200, (await Api.GetAsync(_node, "t-fault", "a")).Status);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void A_share_is_a_number_from_0_to_1(double share)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _node.ReturnErrors(share));
        Assert.Throws<ArgumentOutOfRangeException>(() => _node.SlowDown(TimeSpan.Zero, share: share));
        Assert.Throws<ArgumentOutOfRangeException>(() => _node.ResetConnections(share: share));
        Assert.Throws<ArgumentOutOfRangeException>(() => _node.BreakAnswers(BrokenForm.Html, share: share));
    }

    [Fact]
    public async Task Requests_are_counted_per_node_errors_included()
    {
        long before = _node.RequestCount;
        await Api.GetAsync(_node, "t-fault", "a");
        await Api.GetAsync(_node, "no-such", "a");
        await RawHttp.OnceAsync(_node, HealthRequest);
        Assert.Equal(before + 2, _node.RequestCount);
        Assert.Equal(0, _cluster.Nodes[1].RequestCount);
    }

    private static async Task AssertReset(Task read)
    {
        var failure = await Assert.ThrowsAsync<IOException>(() => read.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(failure.InnerException).SocketErrorCode);
    }
}
