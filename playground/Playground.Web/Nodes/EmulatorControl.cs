using System.Net;

namespace Playground.Web.Nodes;

/// <summary>A node as the emulator's control endpoint tells of it.</summary>
/// <param name="State"><c>up</c>, <c>stopped</c>, <c>joining</c> or <c>leaving</c>.</param>
/// <param name="Fault">Names of the faults, comma separated; empty for a healthy node.</param>
public sealed record EmulatedNode(string Name, string Endpoint, string Datacenter, string Rack, string State, string Fault)
{
    private static readonly string[] WorstFirst = ["blackhole", "pause", "reset", "errors", "garbage", "truncate", "slow", "hide"];

    /// <summary>The one word for it on the page: the state unless it is up, else the worst fault.</summary>
    public string Condition => State != "up" ? State : WorstFirst.FirstOrDefault(Fault.Split(',').Contains) ?? "up";
}

/// <summary>
/// The control endpoint of the emulator, where <c>EMULATOR_CONTROL_URL</c> names one. A real cluster has none:
/// then there is nothing to stop from the page, and it shows no buttons.
/// </summary>
public sealed partial class EmulatorControl(IConfiguration configuration, ILogger<EmulatorControl> logger) : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly Uri? _endpoint = configuration["EMULATOR_CONTROL_URL"] is { Length: > 0 } url ? new(url) : null;
    private IReadOnlyList<EmulatedNode> _last = [];

    public bool IsPresent => _endpoint is not null;

    /// <summary>The nodes with their faults; the last known ones when the emulator does not answer.</summary>
    public async Task<IReadOnlyList<EmulatedNode>> NodesAsync(CancellationToken cancellationToken)
    {
        if (_endpoint is null)
            return [];
        try
        {
            return _last = await _http.GetFromJsonAsync<EmulatedNode[]>(new Uri(_endpoint, "nodes"), cancellationToken) ?? [];
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            LogSilent(logger, _endpoint, exception.Message);
            return _last;
        }
    }

    /// <summary>Passes a fault on. The answer is the emulator's own.</summary>
    public async Task<(HttpStatusCode Status, string Body)> ApplyAsync(string node, string fault, string? query, CancellationToken cancellationToken)
    {
        if (_endpoint is null)
            return (HttpStatusCode.NotFound, "");
        using var answer = await _http.PostAsync(
            new Uri(_endpoint, $"nodes/{Uri.EscapeDataString(node)}/{Uri.EscapeDataString(fault)}{query}"), null, cancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(cancellationToken));
    }

    public void Dispose() => _http.Dispose();

    [LoggerMessage(LogLevel.Debug, "The emulator's control endpoint {Endpoint} does not answer: {Reason}")]
    private static partial void LogSilent(ILogger logger, Uri endpoint, string reason);
}
