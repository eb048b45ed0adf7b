using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Alternator.EndToEnd.Tests.Playground;

/// <summary>The playground, started as <c>./run</c> starts it, on free ports and on addresses of its own.</summary>
public sealed partial class PlaygroundRun : IAsyncLifetime
{
    private static int _started;

    private RunningProgram? _program;

    public HttpClient Http { get; } = new() { Timeout = TimeSpan.FromSeconds(60) };

    public Uri Page { get; private set; } = null!;

    /// <summary>The nodes' addresses, as printed.</summary>
    public IReadOnlyList<Uri> Nodes { get; private set; } = [];

    internal RunningProgram Program => _program!;

    public async Task InitializeAsync()
    {
        var network = Interlocked.Increment(ref _started);
        _program = RunningProgram.Start("dotnet",
            [Repository.Playground("Playground.Local"), "--port", "0", "--web-port", "0", "--address", $"127.0.{100 + network}.1"]);
        await _program.UntilPrintedAsync("Ctrl-C stops it.", seconds: 90);
        var addresses = Address().Matches(_program.Output).Select(match => new Uri(match.Value)).ToList();
        Page = addresses[0];
        Nodes = addresses[1..^1];
        Http.BaseAddress = Page;
    }

    public async Task DisposeAsync()
    {
        Http.Dispose();
        if (_program is null)
            return;
        await _program.SignalAsync("INT");
        await _program.FinishAsync();
        await _program.DisposeAsync();
    }

    public async Task<JsonNode> StateAsync() => (await Http.GetFromJsonAsync<JsonNode>("/api/state"))!;

    /// <summary>Waits until the state is as wanted and returns it.</summary>
    public async Task<JsonNode> UntilAsync(Func<JsonNode, bool> wanted, string what, int seconds = 40)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        while (true)
        {
            var state = await StateAsync();
            if (wanted(state))
                return state;
            Assert.False(limit.IsCancellationRequested, $"not within {seconds} s: {what}. The state is {state.ToJsonString()}\n{Program.Output}\n{Program.Errors}");
            await Task.Delay(100);
        }
    }

    public async Task PostAsync(string path, object? body = null)
    {
        using var answer = await Http.PostAsJsonAsync(path, body ?? new { });
        Assert.True(answer.IsSuccessStatusCode, $"POST {path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    [GeneratedRegex(@"http://127\.\d+\.\d+\.\d+:\d+")]
    private static partial Regex Address();
}

/// <summary>Reading the state without ceremony.</summary>
internal static class StateReading
{
    public static long Requests(this JsonNode state) => state["totals"]!["requests"]!.GetValue<long>();

    public static long Failed(this JsonNode state) => state["totals"]!["failed"]!.GetValue<long>();

    public static JsonNode Node(this JsonNode state, string name) =>
        state["nodes"]!.AsArray().Single(node => node!["name"]!.GetValue<string>() == name)!;

    public static long Served(this JsonNode state, string name) => state.Node(name)["total"]!.GetValue<long>();

    public static string Condition(this JsonNode state, string name) => state.Node(name)["condition"]!.GetValue<string>();
}

[CollectionDefinition(nameof(RunningPlayground))]
public sealed class RunningPlayground : ICollectionFixture<PlaygroundRun>;
