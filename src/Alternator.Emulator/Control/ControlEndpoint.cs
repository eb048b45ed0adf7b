using System.Text.Json;
using Alternator.Emulator.Protocol;
using Microsoft.AspNetCore.WebUtilities;

namespace Alternator.Emulator.Control;

/// <summary>
/// The cluster's switches over HTTP, on a port of its own on loopback: <c>GET /nodes</c> shows the nodes,
/// <c>POST /nodes/{name}/{switch}</c> throws a switch, <c>POST /nodes</c> and <c>DELETE /nodes/{name}</c> add and remove
/// nodes. Answers are JSON; what can't be done is <c>{"error":"…"}</c> with a 4xx status.
/// </summary>
internal sealed class ControlEndpoint(EmulatorCluster cluster)
{
    public async Task AnswerAsync(NodeRequest request)
    {
        try
        {
            await RouteAsync(request).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or KeyNotFoundException or FormatException or NotSupportedException)
        {
            Error(request, e is KeyNotFoundException ? 404 : 400, e.Message);
        }
    }

    private async Task RouteAsync(NodeRequest request)
    {
        string[] path = request.Http.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var parameters = new ControlParameters(QueryHelpers.ParseQuery(request.Http.QueryString));
        switch (request.Http.Method, path)
        {
            case ("OPTIONS", _):
                request.Preflight = true;
                Answers.Say(request, 200, Answers.Text, "");
                return;
            case ("GET", []):
                Answers.Say(request, 200, Answers.Text, ControlHelp.Text);
                return;
            case ("GET", ["nodes"]):
                Write(request, json => WriteNodes(json, cluster.Nodes));
                return;
            case ("POST", ["nodes"]):
                EmulatorNode added = await cluster.AddNodeAsync(parameters.Text("datacenter"), parameters.Text("rack"), parameters.Time("joining")).ConfigureAwait(false);
                Write(request, json => WriteNode(json, added));
                return;
            case ("GET", ["nodes", var name]):
                EmulatorNode asked = cluster.Node(name);
                Write(request, json => WriteNode(json, asked));
                return;
            case ("DELETE", ["nodes", var name]):
                EmulatorNode leaving = cluster.Node(name);
                await cluster.RemoveNodeAsync(leaving, parameters.Flag("drain", true)).ConfigureAwait(false);
                Write(request, json => WriteNode(json, leaving));
                return;
            case ("POST", ["nodes", var name, var action]):
                EmulatorNode node = cluster.Node(name);
                await NodeSwitches.ThrowAsync(node, action, parameters).ConfigureAwait(false);
                Write(request, json => WriteNode(json, node));
                return;
            case ("POST", ["partition"]):
                cluster.Partition([.. parameters.Required("nodes").Split(',').Select(cluster.Node)]);
                Write(request, json => WriteNodes(json, cluster.Nodes));
                return;
            case ("POST", ["heal"]):
                cluster.Heal();
                Write(request, json => WriteNodes(json, cluster.Nodes));
                return;
            case ("POST", ["revive"]):
                await cluster.ReviveAllAsync().ConfigureAwait(false);
                Write(request, json => WriteNodes(json, cluster.Nodes));
                return;
            default:
                Error(request, 404, $"There is no {request.Http.Method} {request.Http.Path} here; GET / lists what there is.");
                return;
        }
    }

    private static void Write(NodeRequest request, Action<Utf8JsonWriter> content)
    {
        request.Body.Clear();
        request.Plain = true;
        request.ContentType = Answers.Json;
        using var json = new Utf8JsonWriter(request.Body);
        content(json);
    }

    private static void Error(NodeRequest request, int status, string message)
    {
        Write(request, json =>
        {
            json.WriteStartObject();
            json.WriteString("error", message);
            json.WriteEndObject();
        });
        request.Status = status;
    }

    private static void WriteNodes(Utf8JsonWriter json, IEnumerable<EmulatorNode> nodes)
    {
        json.WriteStartArray();
        foreach (EmulatorNode node in nodes) WriteNode(json, node);
        json.WriteEndArray();
    }

    private static void WriteNode(Utf8JsonWriter json, EmulatorNode node)
    {
        json.WriteStartObject();
        json.WriteString("name", node.Name);
        json.WriteString("address", node.AddressText);
        json.WriteNumber("port", node.Http?.EndPoint.Port ?? 0);
        json.WriteString("endpoint", node.Http is null ? "" : node.Endpoint.GetLeftPart(UriPartial.Authority));
        json.WriteString("datacenter", node.Datacenter);
        json.WriteString("rack", node.Rack);
        json.WriteString("state", node.State.ToString().ToLowerInvariant());
        json.WriteString("fault", node.Faults.ToString());
        json.WriteNumber("requests", node.RequestCount);
        json.WriteNumber("running", node.RunningRequests);
        json.WriteNumber("connections", node.ActiveConnections);
        json.WriteEndObject();
    }
}
