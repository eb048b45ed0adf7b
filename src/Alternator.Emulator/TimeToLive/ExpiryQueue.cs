using Alternator.Emulator.Engine;
using Alternator.Emulator.Values;

namespace Alternator.Emulator.TimeToLive;

/// <summary>When the rows of a table expire. Filled as rows are written, so that looking for expired ones never scans the table.</summary>
/// <remarks>
/// A row that is written again leaves its earlier entry behind; entries are checked against the row when they come due.
/// Guarded by the table's lock.
/// </remarks>
internal sealed class ExpiryQueue(string attribute)
{
    // An older time is taken for a mistake, not for an expiry (DynamoDB developer guide; ScyllaDB's alternator/ttl.cc).
    private static readonly long OldestAge = (long)TimeSpan.FromDays(365.2425 * 5).TotalSeconds;

    private static readonly AlternatorNumber LastSecond = AlternatorNumber.FromInt64(long.MaxValue / 2);

    private readonly PriorityQueue<Row, long> _queue = new();

    /// <summary>The attribute that holds the second, since 1970, from which on an item is expired.</summary>
    public string Attribute { get; } = attribute;

    /// <summary>How many entries there are, those left behind included.</summary>
    public int Count => _queue.Count;

    /// <summary>Notes a row that was written.</summary>
    public void Add(Row row)
    {
        if (SecondOf(row.Item, Attribute) is { } second)
        {
            _queue.Enqueue(row, second);
        }
    }

    /// <summary>Takes up to <paramref name="most"/> rows that are expired now.</summary>
    public List<Row> TakeExpired(long now, int most)
    {
        var expired = new List<Row>();
        while (expired.Count < most && _queue.TryPeek(out var row, out var second) && second <= now)
        {
            _queue.Dequeue();
            if (IsExpired(row.Item, Attribute, now))
            {
                expired.Add(row);
            }
        }

        return expired;
    }

    /// <summary>True when the item's time has come.</summary>
    public static bool IsExpired(Item item, string attribute, long now) =>
        SecondOf(item, attribute) is { } second && second <= now && second > now - OldestAge;

    // Fractions are dropped; negative numbers never expire.
    private static long? SecondOf(Item item, string attribute)
    {
        if (item[attribute] is not NumberValue { Value: { Negative: false } number } || number > LastSecond)
        {
            return null;
        }

        if (number.Magnitude < 0)
        {
            return 0;
        }

        var whole = number.Coefficient;
        for (var exponent = number.Exponent; exponent > 0; exponent--)
        {
            whole *= 10;
        }

        for (var exponent = number.Exponent; exponent < 0; exponent++)
        {
            whole /= 10;
        }

        return (long)whole;
    }
}
