using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Alternator.EndToEnd.Tests.Browser;

/// <summary>
/// One tab of a headless Chromium, driven over the DevTools protocol: the few commands that these tests need, no driver program and no package.
/// Everything that the page logs or throws is kept in <see cref="Complaints"/>.
/// </summary>
internal sealed class Chromium : IAsyncDisposable
{
    // Without the background flags a machine without a way out sees many refused connections; as root it starts only without its sandbox.
    private static readonly string[] Arguments =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage", "--hide-scrollbars",
        "--disable-background-networking", "--disable-component-update", "--disable-sync", "--remote-debugging-port=0",
    ];

    private readonly Process _process;
    private readonly DirectoryInfo _profile;
    private readonly ClientWebSocket _socket = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonNode>> _waiting = new();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly CancellationTokenSource _closing = new();
    private Task _receiving = Task.CompletedTask;
    private int _lastId;

    private Chromium(Process process, DirectoryInfo profile) => (_process, _profile) = (process, profile);

    public ConcurrentQueue<string> Complaints { get; } = new();

    public static async Task<Chromium> StartAsync()
    {
        var profile = Directory.CreateTempSubdirectory("chromium-");
        var process = Process.Start(new ProcessStartInfo(Needs.Chromium!, [.. Arguments, $"--user-data-dir={profile.FullName}", "about:blank"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        process.ErrorDataReceived += (_, _) => { };
        process.OutputDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        var browser = new Chromium(process, profile);
        try
        {
            await browser.ConnectAsync();
            return browser;
        }
        catch
        {
            await browser.DisposeAsync();
            throw;
        }
    }

    public async Task<JsonNode> SendAsync(string method, object? parameters = null)
    {
        var id = Interlocked.Increment(ref _lastId);
        var answer = new TaskCompletionSource<JsonNode>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[id] = answer;
        var message = JsonSerializer.SerializeToUtf8Bytes(new { id, method, @params = parameters ?? new { } });
        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, _closing.Token);
        }
        finally
        {
            _sending.Release();
        }
        return await answer.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    public Task OpenAsync(Uri page) => SendAsync("Page.navigate", new { url = page.ToString() });

    public Task SizeAsync(int width, int height) =>
        SendAsync("Emulation.setDeviceMetricsOverride", new { width, height, deviceScaleFactor = 1, mobile = false });

    /// <summary>Sets the preferred colours, and stillness with them: colours in transition cannot be measured.</summary>
    public Task PreferAsync(string colorScheme) => SendAsync("Emulation.setEmulatedMedia", new
    {
        features = new[] { new { name = "prefers-color-scheme", value = colorScheme }, new { name = "prefers-reduced-motion", value = "reduce" } },
    });

    /// <summary>The value of a JavaScript expression; a promise is awaited.</summary>
    public async Task<T> EvaluateAsync<T>(string expression)
    {
        var result = await SendAsync("Runtime.evaluate", new { expression, returnByValue = true, awaitPromise = true });
        if (result["exceptionDetails"] is { } thrown)
            throw new InvalidOperationException($"{expression} threw {thrown.ToJsonString()}");
        return result["result"]!["value"] is { } value ? value.Deserialize<T>()! : default!;
    }

    /// <summary>Waits until a JavaScript expression is true.</summary>
    public async Task UntilAsync(string expression, int seconds = 30)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await EvaluateAsync<bool>($"!!({expression})"))
        {
            if (Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(seconds))
                Assert.Fail($"{expression} did not become true within {seconds} s. The page says:\n{await EvaluateAsync<string>("document.body.innerText")}");
            await Task.Delay(50);
        }
    }

    /// <summary>Presses the mouse in the middle of an element, as a person does: what lies over it gets the click.</summary>
    public async Task ClickAsync(string selector)
    {
        await UntilAsync($"document.querySelector({JsonSerializer.Serialize(selector)})");
        var at = await EvaluateAsync<double[]>(
            $$"""(() => { const e = document.querySelector({{JsonSerializer.Serialize(selector)}}); e.scrollIntoView({ block: "center" }); const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()""");
        foreach (var type in new[] { "mousePressed", "mouseReleased" })
            await SendAsync("Input.dispatchMouseEvent", new { type, x = at[0], y = at[1], button = "left", clickCount = 1 });
    }

    /// <summary>Replaces the text of an input by typing.</summary>
    public async Task TypeAsync(string selector, string text)
    {
        await EvaluateAsync<bool>($"(() => {{ const e = document.querySelector({JsonSerializer.Serialize(selector)}); e.focus(); e.select(); return true; }})()");
        await SendAsync("Input.insertText", new { text });
    }

    public Task<string> TextAsync(string selector) => EvaluateAsync<string>($"document.querySelector({JsonSerializer.Serialize(selector)}).innerText");

    /// <summary>A picture of the whole page as a PNG.</summary>
    public async Task<byte[]> ScreenshotAsync()
    {
        var size = (await SendAsync("Page.getLayoutMetrics"))["cssContentSize"]!;
        var picture = await SendAsync("Page.captureScreenshot", new
        {
            format = "png",
            captureBeyondViewport = true,
            clip = new { x = 0, y = 0, width = size["width"]!.GetValue<double>(), height = size["height"]!.GetValue<double>(), scale = 1 },
        });
        return Convert.FromBase64String(picture["data"]!.GetValue<string>());
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _receiving;
        _socket.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }
        _process.Dispose();
        try
        {
            _profile.Delete(recursive: true);
        }
        catch (IOException)
        {
            // A child of the browser may still be writing; the folder is in the temporary directory.
        }
    }

    private async Task ConnectAsync()
    {
        var portFile = Path.Combine(_profile.FullName, "DevToolsActivePort");
        var started = Stopwatch.GetTimestamp();
        string[] lines;
        while ((lines = File.Exists(portFile) ? await File.ReadAllLinesAsync(portFile) : []).Length < 2)
        {
            if (_process.HasExited || Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(60))
                throw new InvalidOperationException("chromium did not open its DevTools port");
            await Task.Delay(50);
        }
        using var http = new HttpClient();
        JsonNode? tab = null;
        while (tab is null)
        {
            var targets = await http.GetFromJsonAsync<JsonArray>($"http://127.0.0.1:{lines[0]}/json");
            tab = targets!.FirstOrDefault(target => target!["type"]!.GetValue<string>() == "page");
        }
        await _socket.ConnectAsync(new Uri(tab["webSocketDebuggerUrl"]!.GetValue<string>()), CancellationToken.None);
        _receiving = ReceiveAsync();
        await SendAsync("Page.enable");
        await SendAsync("Runtime.enable");
        await SendAsync("Log.enable");
    }

    private async Task ReceiveAsync()
    {
        var buffer = new byte[64 * 1024];
        var message = new MemoryStream();
        try
        {
            while (true)
            {
                var part = await _socket.ReceiveAsync(buffer, _closing.Token);
                if (part.MessageType == WebSocketMessageType.Close)
                    break;
                message.Write(buffer, 0, part.Count);
                if (!part.EndOfMessage)
                    continue;
                Received(JsonNode.Parse(message.GetBuffer().AsSpan(0, (int)message.Length))!);
                message.SetLength(0);
            }
        }
        catch (Exception closed) when (closed is OperationCanceledException or WebSocketException)
        {
        }
        foreach (var waiting in _waiting.Values)
            waiting.TrySetException(new InvalidOperationException("chromium closed the connection"));
    }

    private void Received(JsonNode message)
    {
        if (message["id"]?.GetValue<int>() is { } id && _waiting.TryRemove(id, out var waiting))
        {
            if (message["error"] is { } error)
                waiting.TrySetException(new InvalidOperationException(error.ToJsonString()));
            else
                waiting.TrySetResult(message["result"]!);
        }
        else if (message["method"]?.GetValue<string>() is "Runtime.exceptionThrown" or "Runtime.consoleAPICalled" or "Log.entryAdded")
        {
            Complaints.Enqueue(message["params"]!.ToJsonString());
        }
    }
}
