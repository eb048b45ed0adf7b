using System.Text.Json;
using Alternator.Emulator.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Alternator.Emulator.Protocol;

/// <summary><c>GET /</c>, <c>GET /localnodes</c> and <c>OPTIONS /</c>: what a node says of itself and its datacenter, without credentials.</summary>
internal sealed class ClusterPages(Membership membership)
{
    public static void Health(NodeRequest request) =>
        Answers.Say(request, 200, Answers.Text, "healthy: " + request.Http.Headers.Host.ToString());

    public static void Preflight(NodeRequest request)
    {
        request.Preflight = true;
        Answers.Say(request, 200, Answers.Text, "");
    }

    public static void NotFound(NodeRequest request) =>
        Answers.Say(request, 404, Answers.Json, """{"message":"Not found: this server has POST /, GET /, GET /localnodes and OPTIONS /","code":404}""");

    /// <summary>
    /// The addresses of the joined, living nodes of one datacenter: this node's, or the one that <c>dc</c> names; with
    /// <c>rack</c> only those of a rack. An unknown name gives an empty list.
    /// </summary>
    public void LocalNodes(NodeRequest request)
    {
        EmulatorNode node = request.Node;
        string datacenter = node.Datacenter;
        string rack = "";
        string query = request.Http.QueryString;

        if (query.Length > 1)
        {
            Dictionary<string, StringValues> parameters = QueryHelpers.ParseQuery(query);
            if (parameters.TryGetValue("dc", out StringValues dc) && dc.ToString() is { Length: > 0 } dcName) datacenter = dcName;
            if (parameters.TryGetValue("rack", out StringValues r)) rack = r.ToString();
        }

        request.Body.Clear();
        request.Plain = true;
        request.Status = 200;
        request.ContentType = Answers.Json;
        using var json = new Utf8JsonWriter(request.Body);
        json.WriteStartArray();
        foreach (EmulatorNode listed in membership.ListedBy(node))
        {
            if (listed.Datacenter == datacenter && (rack.Length == 0 || listed.Rack == rack)) json.WriteStringValue(listed.AddressText);
        }

        json.WriteEndArray();
    }
}
