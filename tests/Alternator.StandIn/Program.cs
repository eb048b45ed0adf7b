using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Alternator.Emulator;
using Alternator.StandIn;

// Stands in for ScyllaDB in the container tests of the hosting package, where no image of ScyllaDB can be pulled. It takes the node's command line as the
// image does. The first node holds the data, in an emulator; the others join it, as nodes join through a seed, and pass requests on to it.
// What it proves is about hosting, not about ScyllaDB.
const int joinPort = 7000;
const int dataPort = 7001;
var arguments = new NodeArguments(args);
string own = Dns.GetHostAddresses(Dns.GetHostName()).First(a => a.AddressFamily == AddressFamily.InterNetwork).ToString();
bool founder = arguments.Seed is null || Dns.GetHostAddresses(arguments.Seed).Any(a => a.ToString() == own);
Console.WriteLine($"stand-in node {own} ({arguments.Datacenter}/{arguments.Rack}), {(founder ? "founds the cluster" : $"joins through {arguments.Seed}")}");

var members = new ConcurrentDictionary<string, DateTimeOffset>();
string[] listed = [own];
using var stopped = new CancellationTokenSource();
string data = founder ? $"http://127.0.0.1:{dataPort}" : $"http://{arguments.Seed}:{dataPort}";
using var http = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None, UseProxy = false }) { Timeout = TimeSpan.FromSeconds(30) };

await using EmulatorCluster? emulator = founder ? await EmulatorCluster.StartAsync(new EmulatorOptions
{
    Nodes = 1,
    Address = "0.0.0.0",
    Port = dataPort,
    Control = false,
    Datacenter = arguments.Datacenter,
    Racks = [arguments.Rack],
    EnforceAuthorization = arguments.EnforceAuthorization,
    Roles = arguments.SuperuserName is { } name ? [new EmulatorRole(name, arguments.SuperuserSecret)] : [],
    SnapshotFile = Directory.Exists("/var/lib/scylla") ? "/var/lib/scylla/standin.json" : null,
}) : null;

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.ListenAnyIP(arguments.Port);
    if (arguments.HttpsPort is { } https)
        kestrel.ListenAnyIP(https, listen => listen.UseHttps(X509Certificate2.CreateFromPemFile(arguments.Certificate!, arguments.Key)));
    if (founder)
        kestrel.ListenAnyIP(joinPort);
});
WebApplication app = builder.Build();
app.Map("/join/{ip}", (string ip) =>
{
    members[ip] = DateTimeOffset.UtcNow;
    return string.Join(',', listed);
});
app.MapGet("/", (HttpRequest request) => $"healthy: {request.Host}");
app.MapGet("/localnodes", (string? dc, string? rack) =>
    Results.Json(dc is { } d && d != arguments.Datacenter || rack is { } r && r != arguments.Rack ? [] : listed));
app.MapPost("/", PassOnAsync);

Task membership = Task.Run(async () =>
{
    while (!stopped.IsCancellationRequested)
    {
        try
        {
            listed = founder
                ? [own, .. members.Where(m => DateTimeOffset.UtcNow - m.Value < TimeSpan.FromSeconds(2)).Select(m => m.Key).Order()]
                : (await http.GetStringAsync(new Uri($"http://{arguments.Seed}:{joinPort}/join/{own}"), stopped.Token)).Split(',');
            await Task.Delay(300, stopped.Token);
        }
        catch (HttpRequestException)
        {
            listed = [own];
            await Task.Delay(300, CancellationToken.None);
        }
        catch (OperationCanceledException)
        {
        }
    }
});
await app.RunAsync();
stopped.Cancel();
await membership;
return 0;

async Task PassOnAsync(HttpContext context)
{
    using var body = new MemoryStream();
    await context.Request.Body.CopyToAsync(body, context.RequestAborted);
    bool identity = Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)body.Length).Contains(".scylla.alternator.system.local", StringComparison.Ordinal);
    using var request = new HttpRequestMessage(HttpMethod.Post, data + "/") { Content = new ByteArrayContent(body.ToArray()) };
    foreach (var header in context.Request.Headers.Where(h => !h.Key.StartsWith("Connection", StringComparison.OrdinalIgnoreCase)))
    {
        if (!request.Headers.TryAddWithoutValidation(header.Key, header.Value.ToArray()))
            request.Content.Headers.TryAddWithoutValidation(header.Key, header.Value.ToArray());
    }
    request.Headers.Host = context.Request.Host.Value;
    using HttpResponseMessage response = await http.SendAsync(request, context.RequestAborted);
    byte[] answer = await response.Content.ReadAsByteArrayAsync(context.RequestAborted);
    // The row that says who a node is names the node that was asked, not the one that holds the data.
    if (identity)
        answer = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(answer).Replace("\"0.0.0.0\"", $"\"{own}\"", StringComparison.Ordinal).Replace("\"127.0.0.1\"", $"\"{own}\"", StringComparison.Ordinal));
    context.Response.StatusCode = (int)response.StatusCode;
    context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
    foreach (string encoding in response.Content.Headers.ContentEncoding)
        context.Response.Headers.ContentEncoding = encoding;
    await context.Response.Body.WriteAsync(answer, context.RequestAborted);
}
