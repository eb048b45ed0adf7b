using Alternator.Emulator.Engine;
using Alternator.Emulator.Expressions;

namespace Alternator.Emulator.Operations;

/// <summary>Scan: a whole table or index, or one segment of it, in the order of the partition keys' tokens.</summary>
internal static class ScanOperation
{
    private const int MostSegments = 1_000_000;

    public static void Execute(Call call)
    {
        var target = ReadTarget.Find(call);
        var range = ReadSegment(call);
        var read = new ReadRequest(call, target);
        var filter = ItemFilter.Read(call, "ScanFilter", read.Bindings);
        var projection = read.ReadProjection("Scan");
        call.Authorize(Permission.Select, target.Table.Name);
        var start = target.ReadStart(call);
        if (start is not null && !range.Contains(start))
        {
            throw AlternatorException.Validation(
                "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment");
        }

        RowBound? after = start is null ? null : ReadTarget.Beside(start, forward: true);
        read.Answer(PageReader.Read(target.Table, target.Index, range, after, forward: true, read.Limit), filter, projection);
    }

    private static RowRange ReadSegment(Call call)
    {
        var segment = Parameters.FindInt(call.Request, "Segment");
        var total = Parameters.FindInt(call.Request, "TotalSegments");
        if (segment is null && total is null)
        {
            return RowRange.All;
        }

        if (segment is not { } number || total is not { } count)
        {
            throw AlternatorException.Validation("Both Segment and TotalSegments attributes need to be present for a parallel scan");
        }

        if (number < 0 || number >= count)
        {
            throw AlternatorException.Validation("Segment must be non-negative and less than TotalSegments");
        }

        if (count > MostSegments)
        {
            throw AlternatorException.Validation($"TotalSegments must be non-negative and less or equal to {MostSegments}");
        }

        // The ring of tokens in equal parts; the last one takes the remainder.
        var width = ulong.MaxValue / (ulong)count;
        var first = unchecked(long.MinValue + (long)(width * (ulong)number));
        var last = number == count - 1 ? long.MaxValue : unchecked(long.MinValue + (long)(width * (ulong)(number + 1))) - 1;
        return RowRange.OfTokens(first, last);
    }
}
