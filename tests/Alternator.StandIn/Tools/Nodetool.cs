using System.Globalization;
using System.Net.Http.Json;

namespace Alternator.StandIn.Tools;

/// <summary>A node in a list of nodes.</summary>
internal sealed record NodeLine(string Datacenter, string State, string Address, Guid HostId, string Rack);

/// <summary>The <c>nodetool</c> of the stand-in: <c>status</c> only, in the form of ScyllaDB's. It asks the node of its own container and fails when that is dead.</summary>
internal static class Nodetool
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is not ["status"])
        {
            Console.Error.WriteLine("usage: nodetool status");
            return 2;
        }
        try
        {
            using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
            Console.Write(Status((await http.GetFromJsonAsync<NodeLine[]>(new Uri("http://127.0.0.1:10000/standin/nodes")))!));
            return 0;
        }
        catch (HttpRequestException)
        {
            Console.Error.WriteLine("error executing GET request to http://localhost:10000: connection refused");
            return 1;
        }
    }

    public static string Status(IReadOnlyList<NodeLine> nodes)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        foreach (IGrouping<string, NodeLine> datacenter in nodes.GroupBy(n => n.Datacenter))
        {
            string header = $"Datacenter: {datacenter.Key}";
            text.WriteLine(header);
            text.WriteLine(new string('=', header.Length));
            text.WriteLine("Status=Up/Down/eXcluded");
            text.WriteLine("|/ State=Normal/Leaving/Joining/Moving");
            text.WriteLine($"-- {"Address",-15} Load Tokens Owns {"Host ID",-36} Rack");
            foreach (NodeLine node in datacenter)
                text.WriteLine($"{node.State} {node.Address,-15} ?    256    ?    {node.HostId} {node.Rack}");
        }
        return text.ToString();
    }
}
