using System.Net;
using Alternator.Emulator;

namespace Alternator.StandIn.Node;

/// <summary>A request of a client, as it goes from node to node.</summary>
internal sealed record ApiRequest(Dictionary<string, string[]> Headers, byte[] Body)
{
    private static readonly string[] Reading = ["GetItem", "BatchGetItem", "Query", "Scan", "GetShardIterator", "GetRecords"];

    private string Operation => Headers.FirstOrDefault(h => h.Key.Equals("X-Amz-Target", StringComparison.OrdinalIgnoreCase)).Value?[0].Split('.')[^1] ?? "";

    /// <summary>Whether it changes anything.</summary>
    public bool Writes => !Reading.Contains(Operation) && !Operation.StartsWith("Describe", StringComparison.Ordinal) && !Operation.StartsWith("List", StringComparison.Ordinal);
}

/// <summary>What the client gets.</summary>
internal sealed record ApiAnswer(int Status, string? ContentType, string? ContentEncoding, byte[] Body);

/// <summary>
/// A node's copy of the data, an emulator of one node. Reads are answered from it. Writes are put in order by the node that has served for longest, which applies each one and passes it to all others
/// before it answers; so every node has everything, and any of them may go.
/// </summary>
internal sealed class Replica(EmulatorCluster emulator, Ring ring, HttpClient http)
{
    private readonly SemaphoreSlim _order = new(1), _apply = new(1);
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HashSet<string> _joining = [];

    public async Task<ApiAnswer> AnswerAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        if (!request.Writes)
            return await AskEmulatorAsync(request, cancellationToken);
        for (int attempt = 0; ; attempt++)
        {
            string leader = ring.Live.FirstOrDefault()?.Address ?? ring.Own.Address;
            if (leader == ring.Own.Address)
                return (await OrderAsync(request, cancellationToken))!;
            try
            {
                if (await SendAsync<ApiAnswer>(leader, "order", request, cancellationToken) is { } answer)
                    return answer;
                await Task.Delay(50, cancellationToken);
            }
            catch (HttpRequestException) when (attempt < 5)
            {
                ring.Down(leader);
            }
        }
    }

    /// <summary>Applies a write here and everywhere else; null when this node is leaving and another one takes over.</summary>
    public async Task<ApiAnswer?> OrderAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        await _order.WaitAsync(cancellationToken);
        try
        {
            if (ring.Own.State == NodeState.Leaving && ring.Live.Count > 0)
                return null;
            ApiAnswer answer = await ApplyAsync(request, CancellationToken.None);
            if (answer.Status == 200)
            {
                string[] others;
                lock (_joining)
                    others = [.. ring.Live.Select(m => m.Address).Where(a => a != ring.Own.Address).Union(_joining)];
                await Task.WhenAll(others.Select(async other =>
                {
                    try
                    {
                        await SendAsync<ApiAnswer>(other, "apply", request, CancellationToken.None);
                    }
                    catch (HttpRequestException)
                    {
                        ring.Down(other);
                        lock (_joining)
                            _joining.Remove(other);
                    }
                }));
            }
            return answer;
        }
        finally
        {
            _order.Release();
        }
    }

    /// <summary>Applies a write here, when what came before it is here.</summary>
    public async Task<ApiAnswer> ApplyAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        await _loaded.Task.WaitAsync(cancellationToken);
        await _apply.WaitAsync(cancellationToken);
        try
        {
            ApiAnswer answer = await AskEmulatorAsync(request, cancellationToken);
            // Before the answer, so that what a client was told outlives a kill. Tests have few items.
            emulator.SaveSnapshot(NodeIdentity.SnapshotFile);
            return answer;
        }
        finally
        {
            _apply.Release();
        }
    }

    /// <summary>Everything, for a node that joins; from here on it gets every write.</summary>
    public async Task<byte[]> HandOverAsync(string to)
    {
        await _order.WaitAsync();
        try
        {
            lock (_joining)
                _joining.Add(to);
            string file = Path.GetTempFileName();
            emulator.SaveSnapshot(file);
            byte[] everything = await File.ReadAllBytesAsync(file);
            File.Delete(file);
            return everything;
        }
        finally
        {
            _order.Release();
        }
    }

    /// <summary>Takes everything from the node that orders the writes.</summary>
    public async Task TakeOverAsync(string from)
    {
        byte[] everything = await http.GetByteArrayAsync(new Uri($"http://{from}:{Ring.Port}/everything/{ring.Own.Address}"));
        string file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, everything);
        emulator.LoadSnapshot(file);
        File.Delete(file);
        emulator.SaveSnapshot(NodeIdentity.SnapshotFile);
        Loaded();
    }

    public void Loaded() => _loaded.TrySetResult();

    private async Task<T?> SendAsync<T>(string node, string what, ApiRequest request, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await System.Net.Http.Json.HttpClientJsonExtensions.PostAsJsonAsync(http, new Uri($"http://{node}:{Ring.Port}/{what}"), request, cancellationToken);
        return response.StatusCode == HttpStatusCode.OK ? await System.Net.Http.Json.HttpContentJsonExtensions.ReadFromJsonAsync<T>(response.Content, cancellationToken) : default;
    }

    private async Task<ApiAnswer> AskEmulatorAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, emulator.Nodes[0].Endpoint) { Content = new ByteArrayContent(request.Body) };
        foreach ((string name, string[] values) in request.Headers)
        {
            if (name == "Host")
                message.Headers.Host = values[0];
            else if (!message.Headers.TryAddWithoutValidation(name, values))
                message.Content.Headers.TryAddWithoutValidation(name, values);
        }
        using HttpResponseMessage response = await http.SendAsync(message, cancellationToken);
        return new ApiAnswer((int)response.StatusCode, response.Content.Headers.ContentType?.ToString(), response.Content.Headers.ContentEncoding.FirstOrDefault(), await response.Content.ReadAsByteArrayAsync(cancellationToken));
    }
}
