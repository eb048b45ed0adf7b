using Alternator.AotSample;
using Alternator.Client;
using Amazon.DynamoDBv2.Model;

// What runs as a program of its own: in an environment of its own, and compiled ahead of time.
switch (args)
{
    case [var connectionString, var table, var key]:
        await using (var client = new AlternatorDynamoDBClient(connectionString))
        {
            await client.PutItemAsync(table, new() { ["k"] = new(key), ["written"] = new() { BOOL = true } });
            GetItemResponse got = await client.GetItemAsync(table, new() { ["k"] = new(key) });
            DescribeTableResponse described = await client.DescribeTableAsync(table);
            Console.WriteLine($"{got.Item["k"].S} {described.Table.TableStatus}");
        }
        return 0;
    case [var connectionString]:
        await Operations.RunAsync(connectionString);
        await InAHost.RunAsync(connectionString);
        return 0;
    default:
        Console.Error.WriteLine("usage: Alternator.AotSample CONNECTION-STRING [TABLE KEY]");
        return 2;
}
