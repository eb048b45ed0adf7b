using System.Net;
using System.Text.Json;

namespace Aspire.Hosting.Health;

/// <summary>What one node says at <c>/localnodes</c>: the addresses of the nodes that it takes for alive, or why there is no answer.</summary>
internal sealed record NodeAnswer(string Node, IReadOnlyList<string>? Listed, string? Error)
{
    /// <summary>Whether the node is there, and waiting won't change the answer.</summary>
    public bool IsFinal { get; init; }

    /// <summary>Whether the node serves: it answered and lists at least one node, itself.</summary>
    public bool Serves => Listed is { Count: > 0 };

    /// <summary>The answer as that of the node with this address (null when it is unknown): one that lists others but not itself is still joining, or was drained.</summary>
    public NodeAnswer Of(string? address) =>
        Listed is null || !IPAddress.TryParse(address, out IPAddress? own) || Listed.Any(entry => IPAddress.Parse(entry).Equals(own))
            ? this
            : this with { Listed = null, Error = $"lists {string.Join(", ", Listed)}, but not itself ({address}): it is still joining, or was drained" };
}

/// <summary>Asks a node who is there. Needs no credentials, changes nothing.</summary>
internal static class LocalNodes
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(1), ConnectTimeout = TimeSpan.FromSeconds(2) }) { Timeout = TimeSpan.FromSeconds(5) };

    public static async Task<NodeAnswer> AskAsync(string node, Uri? endpoint, CancellationToken cancellationToken)
    {
        if (endpoint is null)
            return new NodeAnswer(node, null, "has no address yet");
        try
        {
            using HttpResponseMessage response = await GetAsync(new Uri(endpoint, "/localnodes"), cancellationToken).ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.OK)
                return new NodeAnswer(node, null, $"answered {(int)response.StatusCode} to /localnodes");
            byte[] body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            return new NodeAnswer(node, Read(body), null);
        }
        catch (JsonException)
        {
            return new NodeAnswer(node, null, "answered something that is no list of nodes to /localnodes");
        }
        catch (HttpRequestException e)
        {
            return new NodeAnswer(node, null, e switch
            {
                { HttpRequestError: HttpRequestError.ConnectionError } => "refuses connections",
                // A published port is open as soon as the container runs, whether anything listens in it or not.
                { HttpRequestError: HttpRequestError.ResponseEnded } or { InnerException: IOException } => "closes connections without an answer",
                _ => e.Message.TrimEnd('.'),
            });
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new NodeAnswer(node, null, "does not answer within 5 s");
        }
    }

    /// <summary>Asks twice when a pooled connection turns out to have died with the node: only a new one tells whether the node is there.</summary>
    private static async Task<HttpResponseMessage> GetAsync(Uri address, CancellationToken cancellationToken)
    {
        try
        {
            return await Http.GetAsync(address, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException e) when (e.InnerException is IOException)
        {
            return await Http.GetAsync(address, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The distinct addresses. A node whose address isn't gossiped is listed by its host id: that is no address.</summary>
    public static IReadOnlyList<string> Read(byte[] body) =>
        [.. (JsonSerializer.Deserialize<string[]>(body) ?? []).Where(entry => IPAddress.TryParse(entry, out _)).Distinct(StringComparer.Ordinal)];
}
