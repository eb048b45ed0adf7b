namespace Alternator.Client;

/// <summary>
/// The order in which nodes are tried for a key. Computed over the discovered ring whatever its health, so that a node's failure
/// moves only the keys that begin at it.
/// </summary>
internal static class AffinityOrder
{
    /// <summary>The index of the first node of a seed's plan.</summary>
    public static int First(long seed, int count) => new GoRandom(seed).Next(count);

    /// <summary>A seed's whole plan: draw an index among the remaining, take it, move the last one into its place.</summary>
    public static AlternatorNode[] Of(long seed, ReadOnlySpan<AlternatorNode> ring)
    {
        AlternatorNode[] remaining = ring.ToArray();
        AlternatorNode[] order = new AlternatorNode[ring.Length];
        var random = new GoRandom(seed);
        for (int count = remaining.Length; count > 0; count--)
        {
            int drawn = random.Next(count);
            order[^count] = remaining[drawn];
            remaining[drawn] = remaining[count - 1];
        }
        return order;
    }

    /// <summary>
    /// The plan of a batch: each item votes for the first node of its own plan; most votes first, equal ones and those without a
    /// vote in canonical order. The tail is the same for everybody, as the other clients have it: only a batch whose voted nodes
    /// have all failed gets there.
    /// </summary>
    public static AlternatorNode[] OfVotes(ReadOnlySpan<long> seeds, ReadOnlySpan<AlternatorNode> ring)
    {
        int[] votes = CountVotes(seeds, ring.Length);
        AlternatorNode[] order = ring.ToArray();
        int[] rank = new int[votes.Length];
        for (int i = 0; i < rank.Length; i++)
        {
            rank[i] = i;
        }
        // The ring is in canonical order, so the index breaks ties.
        Array.Sort(rank, (a, b) => votes[a] != votes[b] ? votes[b].CompareTo(votes[a]) : a.CompareTo(b));
        for (int i = 0; i < rank.Length; i++)
        {
            order[i] = ring[rank[i]];
        }
        return order;
    }

    /// <summary>The index of the node that leads a batch's plan.</summary>
    public static int FirstOfVotes(ReadOnlySpan<long> seeds, int count)
    {
        int[] votes = CountVotes(seeds, count);
        int best = 0;
        for (int i = 1; i < votes.Length; i++)
        {
            best = votes[i] > votes[best] ? i : best;
        }
        return best;
    }

    private static int[] CountVotes(ReadOnlySpan<long> seeds, int count)
    {
        int[] votes = new int[count];
        foreach (long seed in seeds)
        {
            votes[First(seed, count)]++;
        }
        return votes;
    }
}
