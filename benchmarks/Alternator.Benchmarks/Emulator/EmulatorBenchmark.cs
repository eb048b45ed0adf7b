using System.Diagnostics;
using System.Globalization;
using System.Text;
using Alternator.Emulator;

namespace Alternator.Benchmarks;

/// <summary>
/// The emulator as a server: a cluster in a process of its own, and this process as the load, with blocking sockets and
/// keep-alive. Unsigned requests per second at 1 and 16 connections, the memory of a million items, the cost of a query
/// in tables of growing size, and the time to start inside a running process.
/// </summary>
internal static class EmulatorBenchmark
{
    private const string Table = "bench";

    public static async Task<int> RunAsync(string[] args)
    {
        if (args is ["serve"]) return await ServeAsync();
        if (args is not ([] or ["--seconds", _] or ["--quick"] or ["speed"] or ["size"] or ["start"]))
        {
            Console.Error.WriteLine("usage: ./bench emulator [speed|size|start|--quick|--seconds N]");
            return 2;
        }

        TimeSpan time = TimeSpan.FromSeconds(args is ["--seconds", var n] ? double.Parse(n, CultureInfo.InvariantCulture) : args is ["--quick"] ? 1 : 5);
        Console.WriteLine($"{Environment.ProcessorCount} cores, .NET {Environment.Version}, loopback; server and load share the machine");
        if (args is not (["speed"] or ["size"])) await StartTimes();
        if (args is ["start"]) return 0;

        using Process server = StartServer(out int port);
        try
        {
            if (args is not ["size"]) Speed(port, time);
            if (args is not ["speed"]) Size(server, port, args is ["--quick"] ? 100_000 : 1_000_000);
        }
        finally
        {
            server.StandardInput.Close();
            if (!server.WaitForExit(5000)) server.Kill();
        }

        return 0;
    }

    private static void Speed(int port, TimeSpan time)
    {
        CreateTable(port, Table, sortKey: false);
        Call(port, "PutItem", $$$$"""{"TableName":"{{{{Table}}}}","Item":{"k":{"S":"key"},"a":{"S":"some text of a usual length"},"b":{"N":"12345"},"c":{"BOOL":true},"d":{"S":"more"}}}""");
        byte[] get = Request("GetItem", $$$$"""{"TableName":"{{{{Table}}}}","Key":{"k":{"S":"key"}}}""");
        byte[] put = Request("PutItem", $$$$"""{"TableName":"{{{{Table}}}}","Item":{"k":{"S":"other"},"a":{"S":"some text of a usual length"},"b":{"N":"12345"}}}""");
        byte[] health = Encoding.ASCII.GetBytes("GET /localnodes HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        Console.WriteLine();
        Console.WriteLine("| request | connections | requests/s | p50 us | p99 us |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach ((string name, byte[] request) in new[] { ("warm-up", get), ("GetItem", get), ("PutItem", put), ("GET /localnodes", health) })
        {
            foreach (int connections in new[] { 1, 16 })
            {
                Load load = Load.Run(port, request, connections, time);
                if (name != "warm-up") Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {connections} | {load.PerSecond:F0} | {load.Percentile(0.5):F0} | {load.Percentile(0.99):F0} |"));
            }
        }
    }

    private static void Size(Process server, int port, int items)
    {
        CreateTable(port, "big", sortKey: true);
        Console.WriteLine();
        Console.WriteLine("| items in the table | server memory MB | query of 10 items, p50 us |");
        Console.WriteLine("|---|---|---|");
        byte[] query = Request("Query", """{"TableName":"big","KeyConditionExpression":"k = :k AND s > :s","ExpressionAttributeValues":{":k":{"S":"p7"},":s":{"N":"3"}},"Limit":10}""");
        int put = 0;
        foreach (int goal in new[] { 1_000, items / 10, items })
        {
            for (; put < goal; put += 100)
            {
                // A hundred items of one partition at a time: thousands of partitions, each of a thousand items.
                string requests = string.Join(',', Enumerable.Range(put, 100).Select(i => string.Create(
                    CultureInfo.InvariantCulture,
                    $$$$$"""{"PutRequest":{"Item":{"k":{"S":"p{{{{{i / 1000}}}}}"},"s":{"N":"{{{{{i % 1000}}}}}"},"a":{"S":"value {{{{{i}}}}} of the item"},"b":{"N":"{{{{{i}}}}}"}}}}""")));
                Call(port, "BatchWriteItem", "{\"RequestItems\":{\"big\":[" + requests + "]}}");
            }

            if (goal == 1_000) Call(port, "PutItem", """{"TableName":"big","Item":{"k":{"S":"p7"},"s":{"N":"5"}}}""");
            Load load = Load.Run(port, query, 1, TimeSpan.FromSeconds(2));
            server.Refresh();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {goal} | {server.WorkingSet64 / 1_000_000} | {load.Percentile(0.5):F0} |"));
        }
    }

    private static async Task StartTimes()
    {
        Console.WriteLine();
        Console.WriteLine("| start of three nodes in this process, to the first answer of /localnodes | ms |");
        Console.WriteLine("|---|---|");
        foreach (string which in new[] { "first", "second", "third" })
        {
            var clock = Stopwatch.StartNew();
            await using EmulatorCluster cluster = await EmulatorCluster.StartAsync();
            long started = clock.ElapsedMilliseconds;
            using var socket = Load.Connect(cluster.Port);
            Load.Exchange(socket, Encoding.ASCII.GetBytes("GET /localnodes HTTP/1.1\r\nHost: x\r\n\r\n"), new byte[4096]);
            Console.WriteLine($"| {which} | {clock.ElapsedMilliseconds} (StartAsync {started}) |");
        }
    }

    private static async Task<int> ServeAsync()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new() { Nodes = 1 });
        Console.WriteLine(cluster.Port.ToString(CultureInfo.InvariantCulture));
        await Console.In.ReadToEndAsync();
        return 0;
    }

    private static Process StartServer(out int port)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        string own = typeof(EmulatorBenchmark).Assembly.Location;
        if (!Path.GetFileNameWithoutExtension(Environment.ProcessPath!).Equals(Path.GetFileNameWithoutExtension(own), StringComparison.Ordinal)) start.ArgumentList.Add(own);
        start.ArgumentList.Add("emulator");
        start.ArgumentList.Add("serve");
        Process server = Process.Start(start)!;
        port = int.Parse(server.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
        return server;
    }

    private static void CreateTable(int port, string name, bool sortKey) => Call(port, "CreateTable", sortKey
        ? $$"""{"TableName":"{{name}}","KeySchema":[{"AttributeName":"k","KeyType":"HASH"},{"AttributeName":"s","KeyType":"RANGE"}],"AttributeDefinitions":[{"AttributeName":"k","AttributeType":"S"},{"AttributeName":"s","AttributeType":"N"}],"BillingMode":"PAY_PER_REQUEST"}"""
        : $$"""{"TableName":"{{name}}","KeySchema":[{"AttributeName":"k","KeyType":"HASH"}],"AttributeDefinitions":[{"AttributeName":"k","AttributeType":"S"}],"BillingMode":"PAY_PER_REQUEST"}""");

    private static void Call(int port, string operation, string json)
    {
        using var socket = Load.Connect(port);
        byte[] buffer = new byte[64 * 1024];
        int length = Load.Exchange(socket, Request(operation, json), buffer);
        string answer = Encoding.UTF8.GetString(buffer, 0, length);
        if (!answer.StartsWith("HTTP/1.1 200", StringComparison.Ordinal)) throw new InvalidOperationException($"{operation}: {answer}");
    }

    private static byte[] Request(string operation, string json) => Encoding.UTF8.GetBytes(
        $"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Amz-Target: DynamoDB_20120810.{operation}\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: {Encoding.UTF8.GetByteCount(json)}\r\n\r\n{json}");
}
