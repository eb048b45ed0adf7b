using System.Net;

namespace Playground.Web.Nodes;

/// <summary>Stop, slow, black hole, revive: passed on to the emulator that runs the nodes.</summary>
public static class NodeEndpoints
{
    private static readonly Dictionary<string, (string Query, string Text, string Mark)> Faults = new()
    {
        ["stop"] = ("", "was stopped: it refuses connections", "stop"),
        ["slow"] = ("?delay=300ms", "was slowed: it answers 300 ms later", "slow"),
        ["blackhole"] = ("", "became a black hole: it accepts requests and never answers", "black hole"),
        ["revive"] = ("", "was revived", "revive"),
    };

    public static void MapNodes(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/nodes/{name}/{fault}", async (string name, string fault, EmulatorControl control, Events events, CancellationToken ct) =>
        {
            if (!control.IsPresent)
                return Results.NotFound(new Refusal("These nodes are not the emulator's (EMULATOR_CONTROL_URL is not set), so they cannot be stopped from here."));
            if (!Faults.TryGetValue(fault, out var known))
                return Results.NotFound(new Refusal($"A node can be told to {string.Join(", ", Faults.Keys)}; '{fault}' is none of them."));

            var (status, body) = await control.ApplyAsync(name, fault, known.Query, ct);
            if (status is HttpStatusCode.OK or HttpStatusCode.NoContent or HttpStatusCode.Accepted)
                events.Add($"{name} {known.Text}", $"{known.Mark} {name}");
            return Results.Content(body.Length > 0 ? body : "{}", "application/json", statusCode: status == HttpStatusCode.NoContent ? 200 : (int)status);
        });
}
