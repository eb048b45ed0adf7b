using Alternator.EndToEnd.Tests.Playground;

namespace Alternator.EndToEnd.Tests.Browser;

/// <summary>The page as a person uses it, in headless Chromium.</summary>
[Collection(nameof(RunningPlayground))]
public sealed class PageTests(PlaygroundRun playground) : IAsyncLifetime
{
    private Chromium? _chromium;

    private Chromium Page => _chromium!;

    public async Task InitializeAsync()
    {
        if (Needs.Chromium is null)
            return;
        foreach (var node in new[] { "node1", "node2", "node3" })
            await playground.PostAsync($"/api/nodes/{node}/revive");
        await playground.PostAsync("/api/load", new { running = true, rate = 200 });
        _chromium = await Chromium.StartAsync();
        await Page.SizeAsync(1280, 900);
        await Page.OpenAsync(playground.Page);
        await Page.UntilAsync("document.querySelectorAll('.node').length === 3");
    }

    public async Task DisposeAsync()
    {
        if (_chromium is not null)
            await _chromium.DisposeAsync();
    }

    [ChromiumFact]
    public async Task Every_node_has_a_card_with_its_state_its_rate_its_latencies_and_four_buttons()
    {
        await Page.UntilAsync("[...document.querySelectorAll('.node .rate .value')].every(rate => Number(rate.textContent) > 0)");
        // A node that another test has just revived is in quarantine for some seconds.
        await Page.UntilAsync("[...document.querySelectorAll('.node')].every(node => node.innerText.includes('the client sends to it'))");
        foreach (var (node, address) in new[] { ("node1", playground.Nodes[0]), ("node2", playground.Nodes[1]), ("node3", playground.Nodes[2]) })
        {
            var card = await Page.TextAsync($".node[data-node={node}]");
            Assert.Contains(address.Authority, card);
            Assert.Contains("serving", card);
            Assert.Contains("the client sends to it", card);
            Assert.Matches(@"p50 ms\s+[\d.,]+\s+p95 ms\s+[\d.,]+\s+p99 ms\s+[\d.,]+\s+share\s+\d+ %", card);
            var buttons = await Page.EvaluateAsync<string[]>($"[...document.querySelectorAll('.node[data-node={node}] button')].map(b => b.textContent + (b.disabled ? ' (off)' : ''))");
            Assert.Equal(["Stop", "Slow", "Black hole", "Revive (off)"], buttons);
        }
        Assert.Equal("Emulator, not ScyllaDB", await Page.TextAsync("#kind"));
        Assert.Contains("an in-process emulator", await Page.TextAsync("footer"));
    }

    [ChromiumFact]
    public async Task The_chart_shows_what_each_node_served()
    {
        await Page.UntilAsync("document.querySelectorAll('#chart path[data-node]').length === 3");
        Assert.Equal(["node1", "node2", "node3"], await Page.EvaluateAsync<string[]>("[...document.querySelectorAll('#legend li')].map(li => li.textContent)"));
        // Every node's area is taller than a line: it served something.
        await Page.UntilAsync("[...document.querySelectorAll('#chart path[data-node]')].every(path => path.getBBox().height > 5)");
        await Page.UntilAsync(@"/last second: node1 [1-9]\d*, node2 [1-9]\d*, node3 [1-9]\d*$/.test(document.querySelector('#chart svg').getAttribute('aria-label'))");
    }

    [ChromiumFact]
    public async Task The_counter_of_failed_requests_stays_at_0_while_one_stops_slows_and_black_holes_a_node()
    {
        foreach (var (button, condition, says) in new[] { ("stop", "stopped", "stopped"), ("slow", "slow", "slow"), ("blackhole", "blackhole", "black hole") })
        {
            await Page.ClickAsync(".node[data-node=node2] button[data-fault=" + button + "]");
            await Page.UntilAsync($"document.querySelector('.node[data-node=node2]').dataset.condition === '{condition}'");
            Assert.Contains(says, await Page.TextAsync(".node[data-node=node2] .pill"));
            Assert.Contains("node2", await Page.TextAsync("#log li:first-child, #log"));
            await Page.EvaluateAsync<bool>("(window.before = state.totals.requests, true)");
            await Page.UntilAsync("state.totals.requests > before + 200");
            Assert.Equal("0", await Page.TextAsync("#failed"));

            await Page.ClickAsync(".node[data-node=node2] button[data-fault=revive]");
            await Page.UntilAsync("document.querySelector('.node[data-node=node2]').dataset.condition === 'up'");
        }
        Assert.Equal("0", await Page.TextAsync("#failed"));
        Assert.Contains("every request was answered", await Page.TextAsync("#failed-note"));
        Assert.Contains("black hole node2", await Page.EvaluateAsync<string>("[...document.querySelectorAll('#chart .marker text')].map(t => t.textContent).join()"));
    }

    [ChromiumFact]
    public async Task The_load_is_switched_off_and_on_and_its_rate_is_set()
    {
        await Page.ClickAsync("#load");
        await Page.UntilAsync("document.querySelector('#load').getAttribute('aria-checked') === 'false'");
        await Page.UntilAsync("state.load.running === false && state.load.outstanding === 0");
        var before = (await playground.StateAsync()).Requests();
        await Page.UntilAsync("document.querySelector('#per-second').textContent === '0'");
        Assert.Equal(before, (await playground.StateAsync()).Requests());

        await Page.EvaluateAsync<bool>("(() => { const e = document.querySelector('#rate'); e.value = 400; e.dispatchEvent(new Event('input')); return true; })()");
        await Page.UntilAsync("state.load.rate === 400");
        Assert.Equal("400 requests/s", await Page.TextAsync("#rate-text"));
        await Page.ClickAsync("#load");
        await Page.UntilAsync("Number(document.querySelector('#per-second').textContent) > 50");
    }

    [ChromiumFact]
    public async Task A_song_is_added_queried_and_deleted_by_the_form_through_either_interface()
    {
        foreach (var way in new[] { "/api", "/api/context" })
        {
            await Page.EvaluateAsync<bool>($"(document.querySelector(\"input[name=way][value='{way}']\").click(), true)");
            // What looks like markup stays text.
            var artist = $"<b>Band</b> {Guid.NewGuid():n}";
            await Page.TypeAsync("input[name=artist]", artist);
            await Page.TypeAsync("input[name=songTitle]", "Happy Day");
            await Page.ClickAsync("#add");
            await Page.UntilAsync("document.querySelector('#music-said').textContent.startsWith('Added Happy Day.')");
            Assert.Matches(@"node[123] answered in [\d.,]+ ms", await Page.TextAsync("#music-said"));
            await Page.TypeAsync("input[name=songTitle]", "Another Day");
            await Page.ClickAsync("#add");
            await Page.UntilAsync("document.querySelectorAll('#songs button').length === 2");
            Assert.Equal(artist, await Page.TextAsync("#songs td"));

            await Page.ClickAsync("#query");
            await Page.UntilAsync("document.querySelector('#music-said').textContent.startsWith('2 songs.')");
            await Page.ClickAsync("#songs tr:first-child button");
            await Page.UntilAsync("document.querySelector('#music-said').textContent.startsWith('Deleted Another Day.')");
            Assert.Equal(1, await Page.EvaluateAsync<int>("document.querySelectorAll('#songs button').length"));
        }
        await Page.TypeAsync("input[name=songTitle]", "");
        await Page.ClickAsync("#add");
        await Page.UntilAsync("document.querySelector('#music-said').textContent === 'A song needs a title: it is the range key.'");
    }

    [ChromiumFact]
    public async Task Two_mutants_are_written_and_read_by_two_buttons()
    {
        await Page.ClickAsync("#batch-write");
        await Page.UntilAsync("document.querySelector('#mutants-said').textContent.startsWith('Two written.')");
        await Page.ClickAsync("#batch-get");
        await Page.UntilAsync("/Bob Loblaw/.test(document.querySelector('#mutants-said').textContent)");
        Assert.Contains("Jim Jeffries", await Page.TextAsync("#mutants-said"));
    }

    [ChromiumFact]
    public async Task It_looks_as_it_should_in_light_and_dark_on_wide_and_narrow_screens()
    {
        var pictures = Directory.CreateDirectory(Repository.File("artifacts", "screenshots")).FullName;
        await Page.ClickAsync("#query");
        await Page.UntilAsync("[...document.querySelectorAll('#chart path[data-node]')].every(path => path.getBBox().height > 5)");
        foreach (var (scheme, lightness) in new[] { ("light", (Least: 0.8, Most: 1.0)), ("dark", (Least: 0.0, Most: 0.2)) })
        {
            await Page.PreferAsync(scheme);
            foreach (var (width, name) in new[] { (1280, ""), (390, "-narrow") })
            {
                await Page.SizeAsync(width, 900);
                await Page.UntilAsync($"document.querySelector('#chart svg').clientWidth < {width}");
                Assert.True(await Page.EvaluateAsync<int>("document.documentElement.scrollWidth") <= width, $"{scheme}, {width} wide: it scrolls sideways");
                Assert.InRange(await Page.EvaluateAsync<double>(Contrast.Lightness), lightness.Least, lightness.Most);
                Assert.Empty(await Page.EvaluateAsync<string[]>(Contrast.TooLow));
                await File.WriteAllBytesAsync(Path.Combine(pictures, $"page-{scheme}{name}.png"), await Page.ScreenshotAsync());
            }
        }
        Assert.Empty(Page.Complaints);
    }

    [ChromiumFact]
    public async Task Everything_that_can_be_pressed_has_a_name_and_is_reached_by_the_keyboard()
    {
        Assert.Empty(await Page.EvaluateAsync<string[]>(
            "[...document.querySelectorAll('button, input, a')].filter(e => !(e.getAttribute('aria-label') || e.textContent.trim() || e.closest('label')?.textContent.trim())).map(e => e.outerHTML)"));
        // From the top by Tab: the load's switch, pressed by the space bar.
        await Page.EvaluateAsync<bool>("(document.body.focus(), true)");
        for (var i = 0; i < 10 && await Page.EvaluateAsync<string>("document.activeElement.id") != "load"; i++)
            await KeyAsync("Tab", 9);
        Assert.Equal("load", await Page.EvaluateAsync<string>("document.activeElement.id"));
        await KeyAsync(" ", 32);
        await Page.UntilAsync("state.load.running === false");
        await KeyAsync(" ", 32);
        await Page.UntilAsync("state.load.running === true");
        Assert.Equal("1", await Page.EvaluateAsync<string>("String(document.querySelectorAll('h1').length)"));
    }

    private async Task KeyAsync(string key, int code)
    {
        await Page.SendAsync("Input.dispatchKeyEvent", new { type = "keyDown", key, text = key == " " ? " " : "", windowsVirtualKeyCode = code });
        await Page.SendAsync("Input.dispatchKeyEvent", new { type = "keyUp", key, windowsVirtualKeyCode = code });
    }
}
