namespace Alternator.Benchmarks;

/// <summary>What a request costs through this client, the plain SDK and a raw HttpClient.</summary>
internal static class ClientBenchmark
{
    public static Task<int> RunAsync(string[] args)
    {
        Console.Error.WriteLine("bench client: not measured yet");
        return Task.FromResult(1);
    }
}
