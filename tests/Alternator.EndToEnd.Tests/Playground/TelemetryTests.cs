using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Alternator.Emulator;

namespace Alternator.EndToEnd.Tests.Playground;

/// <summary>With <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> set, as an AppHost sets it, the service exports what the client and the web server tell.</summary>
public sealed class TelemetryTests
{
    [Fact]
    public async Task Traces_metrics_and_logs_are_exported_over_otlp()
    {
        await using var collector = new Collector();
        await using var cluster = await EmulatorCluster.StartAsync(new() { Nodes = 2 });
        await using var web = WebProgram.Start(cluster.ConnectionString,
        [
            KeyValuePair.Create("OTEL_EXPORTER_OTLP_ENDPOINT", (string?)collector.Address.ToString()),
            KeyValuePair.Create("OTEL_EXPORTER_OTLP_PROTOCOL", (string?)"http/protobuf"),
            KeyValuePair.Create("OTEL_SERVICE_NAME", (string?)"the-playground"),
            KeyValuePair.Create("OTEL_METRIC_EXPORT_INTERVAL", (string?)"500"),
            KeyValuePair.Create("OTEL_BSP_SCHEDULE_DELAY", (string?)"300"),
            KeyValuePair.Create("OTEL_BLRP_SCHEDULE_DELAY", (string?)"300"),
        ]);
        await web.Program.UntilPrintedAsync("Application started");
        await web.Http.GetStringAsync("/alive");
        await web.Http.GetStringAsync("/api/state");

        // A request of the load: its span, by the client's own source, and its duration by node.
        await collector.UntilAsync("/v1/traces", "Alternator.Client", "GetItem playground_load", "the-playground");
        await collector.UntilAsync("/v1/metrics", "db.client.operation.duration", "alternator.client.attempt.duration", cluster.Nodes[0].Address.ToString());
        // The web server's part.
        await collector.UntilAsync("/v1/traces", "Microsoft.AspNetCore", "/api/state");
        await collector.UntilAsync("/v1/metrics", "http.server.request.duration");
        await collector.UntilAsync("/v1/metrics", "dotnet.gc.collections");
        await collector.UntilAsync("/v1/logs", "Application started");
        // Health checks, which come every few seconds for ever, are no traces that anybody looks for.
        Assert.DoesNotContain("/alive", collector.Received("/v1/traces"));
    }

    /// <summary>Takes OTLP over HTTP and keeps the bytes: in protobuf the names stand as they are.</summary>
    private sealed class Collector : IAsyncDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly ConcurrentDictionary<string, StringBuilder> _received = new();
        private readonly Task _serving;

        public Collector()
        {
            using var free = new TcpListener(IPAddress.Loopback, 0);
            free.Start();
            Address = new($"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/");
            free.Stop();
            _listener.Prefixes.Add(Address.ToString());
            _listener.Start();
            _serving = ServeAsync();
        }

        public Uri Address { get; }

        public async Task UntilAsync(string path, params string[] texts)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(40));
            while (texts.FirstOrDefault(text => !Received(path).Contains(text, StringComparison.Ordinal)) is { } missing)
            {
                Assert.False(limit.IsCancellationRequested, $"{missing} was not exported to {path}; received {Received(path).Length} bytes there");
                await Task.Delay(50);
            }
        }

        public async ValueTask DisposeAsync()
        {
            _listener.Close();
            await _serving;
        }

        public string Received(string path)
        {
            if (!_received.TryGetValue(path, out var received))
                return "";
            lock (received)
                return received.ToString();
        }

        private async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    var context = await _listener.GetContextAsync();
                    using var body = new StreamReader(context.Request.InputStream, Encoding.Latin1);
                    var received = _received.GetOrAdd(context.Request.Url!.AbsolutePath, _ => new());
                    var text = await body.ReadToEndAsync();
                    lock (received)
                        received.Append(text);
                    context.Response.Close();
                }
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
            }
        }
    }
}
