using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Alternator.EndToEnd.Tests.Playground;

/// <summary>The web service over HTTP: both data sets, each through the low-level client and through the object model.</summary>
[Collection(nameof(RunningPlayground))]
public sealed class WebServiceTests(PlaygroundRun playground)
{
    [Theory]
    [InlineData("/api")]
    [InlineData("/api/context")]
    public async Task A_song_is_put_queried_and_deleted(string way)
    {
        var artist = $"The Acme Band {Guid.NewGuid():n}";
        var first = new { artist, songTitle = "Happy Day", albumTitle = "Songs About Life" };
        var second = new { artist, songTitle = "PartiQL Rocks", albumTitle = (string?)null };
        await AnswerAsync(HttpMethod.Put, $"{way}/music", first);
        var put = await AnswerAsync(HttpMethod.Put, $"{way}/music", second);
        Assert.Contains(playground.Nodes, node => node.Authority == put["servedBy"]!.GetValue<string>());

        Assert.Equal(["Happy Day", "PartiQL Rocks"], await TitlesAsync($"{way}/music?artist={artist}"));
        Assert.Equal(["Happy Day"], await TitlesAsync($"{way}/music?artist={artist}&songTitle=Happy Day"));
        // What one interface wrote, the other reads.
        Assert.Equal(["Happy Day", "PartiQL Rocks"], await TitlesAsync($"{(way == "/api" ? "/api/context" : "/api")}/music?artist={artist}"));

        await AnswerAsync(HttpMethod.Delete, $"{way}/music?artist={artist}&songTitle=Happy Day");
        Assert.Equal(["PartiQL Rocks"], await TitlesAsync($"{way}/music?artist={artist}"));
    }

    [Theory]
    [InlineData("/api")]
    [InlineData("/api/context")]
    public async Task Two_mutants_are_written_and_read_in_batches(string way)
    {
        await AnswerAsync(HttpMethod.Post, $"{way}/mutants", new[]
        {
            new { lastName = "Loblaw", firstName = "Bob", address = "1313 Mockingbird Lane" },
            new { lastName = "Jeffries", firstName = "Jim", address = "1211 Hollywood Lane" },
        });
        var answer = await AnswerAsync(HttpMethod.Get, $"{way}/mutants?lastName=Loblaw&lastName=Jeffries&lastName=Nobody");
        var found = answer["result"]!.AsArray().Select(mutant => $"{mutant!["firstName"]} {mutant["lastName"]}, {mutant["address"]}");
        Assert.Equal(["Bob Loblaw, 1313 Mockingbird Lane", "Jim Jeffries, 1211 Hollywood Lane"], found.Order());
    }

    [Fact]
    public async Task The_tables_are_dropped_and_made_again_and_a_missing_one_is_told()
    {
        Assert.True((await AnswerAsync(HttpMethod.Delete, "/api/mutants/table"))["result"]!.GetValue<bool>());
        Assert.False((await AnswerAsync(HttpMethod.Delete, "/api/mutants/table"))["result"]!.GetValue<bool>());
        using (var missing = await playground.Http.GetAsync("/api/mutants?lastName=Loblaw"))
        {
            Assert.Equal(HttpStatusCode.BadRequest, missing.StatusCode);
            Assert.Contains("ResourceNotFoundException", await missing.Content.ReadAsStringAsync());
        }
        Assert.True((await AnswerAsync(HttpMethod.Post, "/api/context/mutants/table"))["result"]!.GetValue<bool>());
        Assert.False((await AnswerAsync(HttpMethod.Post, "/api/mutants/table"))["result"]!.GetValue<bool>());

        Assert.True((await AnswerAsync(HttpMethod.Delete, "/api/context/music/table"))["result"]!.GetValue<bool>());
        Assert.True((await AnswerAsync(HttpMethod.Post, "/api/music/table"))["result"]!.GetValue<bool>());
        // A person's mistake is not a failed request.
        Assert.Equal(0, (await playground.StateAsync()).Failed());
    }

    [Fact]
    public async Task It_is_healthy_and_alive()
    {
        Assert.Equal("Healthy", await playground.Http.GetStringAsync("/alive"));
        await playground.UntilAsync(state => state["nodes"]!.AsArray().All(node => node!["clientState"]!.GetValue<string>() == "Active"), "all nodes are active");
        Assert.Equal("Healthy", await playground.Http.GetStringAsync("/health"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public async Task A_rate_out_of_bounds_is_refused_with_the_bounds(int rate)
    {
        using var answer = await playground.Http.PostAsJsonAsync("/api/load", new { rate });
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("1 to 1000", await answer.Content.ReadAsStringAsync());
    }

    private async Task<IEnumerable<string>> TitlesAsync(string path) =>
        (await AnswerAsync(HttpMethod.Get, path))["result"]!.AsArray().Select(song => song!["songTitle"]!.GetValue<string>());

    private async Task<JsonNode> AnswerAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var answer = await playground.Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {(int)answer.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }
}
