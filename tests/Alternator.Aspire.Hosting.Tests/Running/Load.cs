using System.Collections.Concurrent;
using Alternator.Client;
using Amazon.DynamoDBv2.Model;

namespace Alternator.Aspire.Hosting.Tests;

/// <summary>A service under load: a few workers that write and read items without a pause, and remember what failed.</summary>
internal sealed class Load : IAsyncDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private readonly AlternatorDynamoDBClient _client;
    private readonly Task[] _workers;
    private long _succeeded;

    private Load(string connectionString, string table, bool writes)
    {
        _client = new AlternatorDynamoDBClient(connectionString);
        _workers = [.. Enumerable.Range(0, 4).Select(worker => Task.Run(() => WorkAsync(table, worker, writes)))];
    }

    public ConcurrentQueue<Exception> Failed { get; } = new();

    public long Succeeded => Interlocked.Read(ref _succeeded);

    /// <summary>Starts and waits until the first requests have succeeded.</summary>
    public static async Task<Load> StartAsync(string connectionString, string table, bool writes = true)
    {
        var load = new Load(connectionString, table, writes);
        await load.MoreAsync(20);
        return load;
    }

    /// <summary>Waits until this many further requests have succeeded.</summary>
    public async Task MoreAsync(int requests)
    {
        long goal = Succeeded + requests;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (Succeeded < goal && Failed.IsEmpty)
            await Task.Delay(20, patience.Token);
    }

    public void NothingFailed() => Assert.True(Failed.IsEmpty, $"{Failed.Count} requests failed beside {Succeeded} that didn't, the first with {Failed.FirstOrDefault()}");

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await Task.WhenAll(_workers);
        await _client.DisposeAsync();
        _ended.Dispose();
    }

    private async Task WorkAsync(string table, int worker, bool writes)
    {
        var key = new Dictionary<string, AttributeValue> { ["key"] = new($"load-{worker}") };
        bool written = false;
        while (!_ended.IsCancellationRequested)
        {
            try
            {
                if (writes || !written)
                {
                    await _client.PutItemAsync(table, key);
                    written = true;
                }
                if (!(await _client.GetItemAsync(new GetItemRequest(table, key, true))).IsItemSet)
                    throw new InvalidOperationException("an item that was written is gone");
                Interlocked.Increment(ref _succeeded);
                // The machine has other things to do than this: nodes boot meanwhile.
                await Task.Delay(25);
            }
            catch (Exception e)
            {
                Failed.Enqueue(e);
            }
        }
    }
}
