using Alternator.Client;
using Amazon.DynamoDBv2.Model;

// Reads one item of a table and describes the table: the fast path and the SDK's chain. Arguments: connection string, table, key.
if (args is not [var connectionString, var table, var key])
{
    Console.Error.WriteLine("usage: Alternator.Client.AotSample CONNECTION-STRING TABLE KEY");
    return 2;
}
await using var client = new AlternatorDynamoDBClient(connectionString);
await client.PutItemAsync(table, new() { ["k"] = new(key), ["written"] = new() { BOOL = true } });
GetItemResponse got = await client.GetItemAsync(table, new() { ["k"] = new(key) });
DescribeTableResponse described = await client.DescribeTableAsync(table);
Console.WriteLine($"{got.Item["k"].S} {described.Table.TableStatus}");
return 0;
