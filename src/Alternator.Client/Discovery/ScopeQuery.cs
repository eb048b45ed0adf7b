using System.Collections.Immutable;
using System.Net;

namespace Alternator.Client;

/// <summary>An address that a node listed, the node that listed it, and the whole list.</summary>
internal readonly record struct ListedAddress(IPAddress Address, AlternatorNode ListedBy, ImmutableArray<IPAddress> Neighbours);

/// <summary>What the asked nodes say about a scope.</summary>
/// <param name="Listed">The addresses; empty when the scope has no live node or nobody answered.</param>
/// <param name="Answered">Whether any node gave a usable answer.</param>
/// <param name="Unreachable">The nodes that gave none.</param>
internal sealed record ScopeAnswer(ImmutableArray<ListedAddress> Listed, bool Answered, IReadOnlyList<AlternatorNode> Unreachable);

/// <summary>
/// Asks candidates for the nodes of one scope.
/// <para>A datacenter or a rack: the candidates are asked one after another, the next one as soon as the one before has failed
/// or has taken longer than <see cref="DiscoveryOptions.NextCandidateDelay"/>, three at a time at most. The first list that isn't empty
/// wins. An empty list isn't believed from one node alone, since a node that has just been cut off knows nobody; three are.</para>
/// <para>The cluster: a node lists its own datacenter only, so candidates are asked until each of them is either in somebody's
/// list or has been asked; the union of the lists is the answer.</para>
/// </summary>
internal sealed class ScopeQuery(INodeChannel channel, DiscoveryOptions options, TimeProvider clock, Action<AlternatorNode, string?> asked)
{
    private const int Parallel = 3;
    private const int EmptyAnswersBelieved = 3;

    public Task<ScopeAnswer> AskAsync(RoutingScope scope, IReadOnlyList<AlternatorNode> candidates, CancellationToken cancellationToken) =>
        RunAsync(scope, candidates, cover: scope.DatacenterName is null, cancellationToken);

    private async Task<ScopeAnswer> RunAsync(RoutingScope scope, IReadOnlyList<AlternatorNode> candidates, bool cover, CancellationToken cancellationToken)
    {
        using var round = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var listed = ImmutableArray.CreateBuilder<ListedAddress>();
        var seen = new HashSet<IPAddress>();
        var unreachable = new List<AlternatorNode>();
        var pending = new List<Task<Reply>>(Parallel);
        int next = 0, empty = 0;
        bool answered = false;
        try
        {
            while (true)
            {
                AlternatorNode? candidate = pending.Count < Parallel ? NextUncovered() : null;
                if (candidate is not null)
                {
                    pending.Add(AskOneAsync(candidate, scope.LocalNodesQuery, round.Token));
                }
                if (pending.Count == 0)
                {
                    return new ScopeAnswer(listed.ToImmutable(), answered, unreachable);
                }
                Reply? reply = await NextReplyAsync(pending, mayStartAnother: pending.Count < Parallel && next < candidates.Count, round.Token).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                if (reply is not { } got)
                {
                    continue;
                }
                if (got.Answer is not { } answer)
                {
                    unreachable.Add(got.Node);
                    continue;
                }
                answered = true;
                foreach (IPAddress address in answer.Addresses)
                {
                    if (seen.Add(address))
                    {
                        listed.Add(new ListedAddress(address, got.Node, answer.Addresses));
                    }
                }
                bool believedEmpty = answer.Addresses.IsEmpty && ++empty >= EmptyAnswersBelieved && listed.Count == 0;
                if (!cover && (listed.Count > 0 || believedEmpty))
                {
                    return new ScopeAnswer(listed.ToImmutable(), answered, unreachable);
                }
            }
        }
        finally
        {
            round.Cancel();
        }

        AlternatorNode? NextUncovered()
        {
            while (next < candidates.Count)
            {
                AlternatorNode candidate = candidates[next++];
                if (!(cover && candidate.Address is { } address && IPAddress.TryParse(address, out IPAddress? parsed) && seen.Contains(parsed)))
                {
                    return candidate;
                }
            }
            return null;
        }
    }

    /// <summary>The next reply, or null when it is time to ask another candidate.</summary>
    private async Task<Reply?> NextReplyAsync(List<Task<Reply>> pending, bool mayStartAnother, CancellationToken cancellationToken)
    {
        Task<Reply> first;
        if (!mayStartAnother)
        {
            first = await Task.WhenAny(pending).ConfigureAwait(false);
        }
        else
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            Task delay = Task.Delay(options.NextCandidateDelay, clock, patience.Token);
            Task done = await Task.WhenAny([.. pending, delay]).ConfigureAwait(false);
            if (done == delay)
            {
                return null;
            }
            patience.Cancel();
            first = (Task<Reply>)done;
        }
        pending.Remove(first);
        return await first.ConfigureAwait(false);
    }

    private async Task<Reply> AskOneAsync(AlternatorNode node, string query, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        string error;
        try
        {
            LocalNodesAnswer answer = await channel.GetLocalNodesAsync(node.Endpoint, query, either.Token).ConfigureAwait(false);
            asked(node, null);
            if (!answer.Addresses.IsEmpty || answer.IsEmpty)
            {
                return new Reply(node, answer);
            }
            error = "/localnodes listed nothing but entries that are no IP address.";
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // Whatever ended it now, the node isn't to blame.
            return new Reply(node, null);
        }
        catch (OperationCanceledException)
        {
            error = $"/localnodes was not answered within {options.Timeout.TotalSeconds:0.###} s.";
        }
        catch (Exception exception) // Of whatever type: the next candidate is asked.
        {
            error = exception.Message;
        }
        asked(node, error);
        return new Reply(node, null);
    }

    private readonly record struct Reply(AlternatorNode Node, LocalNodesAnswer? Answer);
}
