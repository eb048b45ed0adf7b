// Twenty requests in a loop, and the node that served each: the smallest program that shows the client's load balancing.
// usage: TwentyRequests [NODE ...]      e.g. http://127.0.0.1:8000, which is also the default; one node is enough, it names the others

using Alternator.Client;
using Amazon.DynamoDBv2.Model;

string[] seeds = args is [] ? ["http://127.0.0.1:8000"] : args;

var config = new AlternatorClientConfig();
foreach (var seed in seeds)
    config.Nodes.Endpoints.Add(new Uri(seed));
// The default policy sends a request to the less loaded of two nodes; taking them in turn is what one wants to see here.
config.Balancing.Policy = BalancingPolicy.RoundRobin;

await using var dynamoDb = new AlternatorDynamoDBClient(config);
// The first answer of /localnodes names all nodes; until then a client knows its seeds only.
await dynamoDb.Nodes.StartAsync();
await dynamoDb.Nodes.RefreshAsync();

var served = new SortedDictionary<string, int>(StringComparer.Ordinal);
for (var i = 1; i <= 20; i++)
{
    // DescribeEndpoints answers with the address under which the node was asked.
    var answer = await dynamoDb.DescribeEndpointsAsync(new DescribeEndpointsRequest());
    var node = answer.Endpoints[0].Address;
    served[node] = served.GetValueOrDefault(node) + 1;
    Console.WriteLine($"request {i,2} was served by {node}");
}

Console.WriteLine();
foreach (var (node, requests) in served)
    Console.WriteLine($"{node} served {requests}");
