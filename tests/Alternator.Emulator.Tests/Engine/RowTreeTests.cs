using Alternator.Emulator.Engine;
using Alternator.Emulator.Values;

namespace Alternator.Emulator.Tests.Engine;

public sealed class RowTreeTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_tree_agrees_with_a_sorted_set_over_random_histories(int seed)
    {
        var random = new Random(seed);
        var tree = new RowTree();
        var model = new SortedSet<RowEntry>(Comparer<RowEntry>.Create(RowEntry.Compare));
        for (var step = 0; step < 20_000; step++)
        {
            var row = Draw(random);
            // Grow first, then shrink, so that nodes split and vanish.
            if (random.Next(10) < (step < 12_000 ? 7 : 3))
            {
                if (model.Add(row))
                {
                    tree.Add(row);
                }
            }
            else
            {
                Assert.Equal(model.Remove(row), tree.Remove(row));
            }

            Assert.Equal(model.Count, tree.Count);
            if (step % 97 == 0)
            {
                var probe = Draw(random);
                Assert.Equal(model.TryGetValue(probe, out var found) ? found : null, tree.Find(probe.Token, probe.Partition, probe.Sort));
                var bound = RowBound.OfSort(probe.Token, probe.Partition, probe.Sort, after: true);
                Assert.Equal(model.Where(entry => RowEntry.Compare(entry, probe) > 0), Forward(tree.After(bound)));
                Assert.Equal(model.Where(entry => RowEntry.Compare(entry, probe) <= 0).Reverse(), Backward(tree.Before(bound)));
            }
        }
    }

    [Fact]
    public void A_partition_bound_leaves_out_or_takes_in_the_whole_partition()
    {
        var tree = new RowTree();
        for (var i = 0; i < 300; i++)
        {
            tree.Add(new Row(i / 100, [(byte)(i / 100)], [(byte)(i % 100)], Item.Empty));
        }

        Assert.Equal(200, Forward(tree.After(RowBound.OfPartition(1, [1], after: false))).Count);
        Assert.Equal(100, Forward(tree.After(RowBound.OfPartition(1, [1], after: true))).Count);
        Assert.Equal(200, Backward(tree.Before(RowBound.OfToken(1, after: true))).Count);
    }

    private static Row Draw(Random random) =>
        new(random.Next(-20, 20), [(byte)random.Next(3)], [(byte)random.Next(40), (byte)random.Next(2)], Item.Empty);

    private static List<RowEntry> Forward(RowTree.Cursor cursor)
    {
        var entries = new List<RowEntry>();
        for (; cursor.Current is { } entry; cursor.MoveNext())
        {
            entries.Add(entry);
        }

        return entries;
    }

    private static List<RowEntry> Backward(RowTree.Cursor cursor)
    {
        var entries = new List<RowEntry>();
        for (; cursor.Current is { } entry; cursor.MovePrevious())
        {
            entries.Add(entry);
        }

        return entries;
    }
}
