using System.Net;

namespace Alternator.Client;

/// <summary>What a simulation replaces: the questions to the nodes, the randomness, and the thread that loops continue on.</summary>
internal sealed record NodesSeams
{
    public INodeChannel? Channel { get; init; }

    public Random? Random { get; init; }

    /// <summary>The addresses of a name.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>>? Resolve { get; init; }

    /// <summary>Whether waiters continue inline: a simulation on one thread is then deterministic.</summary>
    public bool Inline { get; init; }
}
