namespace Alternator.Emulator.Engine;

/// <summary>The part of a table or index that is read, between two points.</summary>
internal readonly record struct RowRange(RowBound From, RowBound To)
{
    /// <summary>Everything.</summary>
    public static RowRange All => OfTokens(long.MinValue, long.MaxValue);

    /// <summary>All entries of tokens from one to another, both included.</summary>
    public static RowRange OfTokens(long first, long last) =>
        new(RowBound.OfToken(first, after: false), RowBound.OfToken(last, after: true));

    /// <summary>True when the entry lies between the points.</summary>
    public bool Contains(RowEntry entry) => From.CompareEntry(entry) > 0 && To.CompareEntry(entry) < 0;
}
