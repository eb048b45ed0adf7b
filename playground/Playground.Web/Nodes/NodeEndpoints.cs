using System.Net;

namespace Playground.Web.Nodes;

/// <summary>Stop, slow, black hole, revive: passed on to the emulator that runs the nodes.</summary>
public static class NodeEndpoints
{
    /// <summary>What a node can be told, and the parameters that the emulator takes with it.</summary>
    private static readonly Dictionary<string, string> Faults = new() { ["stop"] = "", ["slow"] = "?delay=300ms", ["blackhole"] = "", ["revive"] = "" };

    public static void MapNodes(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/nodes/{name}/{fault}", async (string name, string fault, EmulatorControl control, FaultWatch watch, CancellationToken ct) =>
        {
            if (!control.IsPresent)
                return Results.NotFound(new Refusal("These nodes are not the emulator's (EMULATOR_CONTROL_URL is not set), so they cannot be stopped from here."));
            if (!Faults.TryGetValue(fault, out var query))
                return Results.NotFound(new Refusal($"A node can be told to {string.Join(", ", Faults.Keys)}; '{fault}' is none of them."));

            var (status, body) = await control.ApplyAsync(name, fault, query, ct);
            await watch.LookAsync(ct);
            return Results.Content(body.Length > 0 ? body : "{}", "application/json", statusCode: status == HttpStatusCode.NoContent ? 200 : (int)status);
        });
}
