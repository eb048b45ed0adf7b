using System.Text.Json;
using Alternator.Emulator.Engine;
using Alternator.Emulator.Expressions;
using Alternator.Emulator.Values;

namespace Alternator.Emulator.Operations;

/// <summary>Query: one partition of a table or index, in the order of its sort key.</summary>
internal static class QueryOperation
{
    public static void Execute(Call call)
    {
        if (call.Find("VectorSearch") is not null)
        {
            throw AlternatorException.Validation("VectorSearch: vector search is not supported by this emulator");
        }

        var target = ReadTarget.Find(call);
        var read = new ReadRequest(call, target);
        var forward = call.Find("ScanIndexForward") is null || Parameters.FindBool(call.Request, "ScanIndexForward");
        var range = KeyCondition.Read(call, target.Keys, read.Bindings).Range();
        var filter = ItemFilter.Read(call, "QueryFilter", read.Bindings);
        filter.CheckNotOnKey(target.Keys);
        var projection = read.ReadProjection("Query");
        call.Authorize(Permission.Select, target.Table.Name);
        var start = target.ReadStart(call);
        if (start is not null && !range.Contains(start))
        {
            throw AlternatorException.Validation(
                "The provided starting key is outside query boundaries based on provided conditions (ExclusiveStartKey)");
        }

        RowBound? after = start is null ? null : ReadTarget.Beside(start, forward);
        read.Answer(PageReader.Read(target.Table, target.Index, range, after, forward, read.Limit), filter, projection);
    }
}

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

/// <summary>What Query and Scan have in common: limit, selection, projection, and the answer.</summary>
internal sealed class ReadRequest
{
    private readonly Call _call;
    private readonly ReadTarget _target;
    private readonly bool _countOnly;

    /// <summary>Reads and checks the common parameters.</summary>
    public ReadRequest(Call call, ReadTarget target)
    {
        _call = call;
        _target = target;
        target.CheckConsistency(GetItem.IsConsistent(call.Request));
        Limit = ReadLimit(call);
        _countOnly = ReadSelect(call, target);
        Bindings = new Bindings(call.Find("ExpressionAttributeNames"), call.Find("ExpressionAttributeValues"));
    }

    public int Limit { get; }

    public Bindings Bindings { get; }

    /// <summary>Reads the projection, after which every name and value must have been used.</summary>
    public Projection? ReadProjection(string operation)
    {
        var projection = Projection.Read(_call, _call.Request, Bindings);
        Bindings.CheckAllUsed(operation);
        return projection;
    }

    /// <summary>Filters a page and writes the answer.</summary>
    public void Answer(Page page, ItemFilter filter, Projection? projection)
    {
        var writer = _call.Writer;
        var count = 0;
        writer.WriteStartObject();
        if (!_countOnly)
        {
            writer.WriteStartArray("Items");
        }

        foreach (var item in page.Items)
        {
            if (!filter.Passes(item))
            {
                continue;
            }

            count++;
            if (!_countOnly)
            {
                ValueWriter.Write(writer, projection is null ? item : projection.Apply(item));
            }
        }

        if (!_countOnly)
        {
            writer.WriteEndArray();
        }

        writer.WriteNumber("Count", count);
        writer.WriteNumber("ScannedCount", page.Items.Count);
        if (page.Last is not null)
        {
            _target.WriteLastKey(writer, page.Last);
        }

        writer.WriteEndObject();
    }

    private static int ReadLimit(Call call)
    {
        if (call.Find("Limit") is not { } limit)
        {
            return int.MaxValue;
        }

        if (limit.ValueKind != JsonValueKind.Number || !limit.TryGetInt64(out var number))
        {
            throw AlternatorException.Validation($"Expected integer value for attribute Limit, got: {ValueReader.Excerpt(limit)}");
        }

        return number > 0 ? (int)Math.Min(number, int.MaxValue) : throw AlternatorException.Validation("Limit must be greater than 0");
    }

    private static bool ReadSelect(Call call, ReadTarget target)
    {
        var projects = call.Find("AttributesToGet") is not null || call.Find("ProjectionExpression") is not null;
        if (call.Find("Select") is not { } given)
        {
            return false;
        }

        if (given.ValueKind != JsonValueKind.String)
        {
            throw AlternatorException.Validation("Select parameter must be a string");
        }

        var select = JsonText.StringOf(given);
        switch (select)
        {
            case "SPECIFIC_ATTRIBUTES" when projects:
                return false;
            case "SPECIFIC_ATTRIBUTES":
                throw AlternatorException.Validation("Select=SPECIFIC_ATTRIBUTES requires AttributesToGet or ProjectionExpression");
            case "COUNT" or "ALL_ATTRIBUTES" or "ALL_PROJECTED_ATTRIBUTES" when projects:
                throw AlternatorException.Validation(
                    "AttributesToGet or ProjectionExpression require Select to be either SPECIFIC_ATTRIBUTES or missing");
            case "ALL_PROJECTED_ATTRIBUTES" when target.Index is null:
                throw AlternatorException.Validation("ALL_PROJECTED_ATTRIBUTES only allowed for indexes");
            case "COUNT":
                return true;
            case "ALL_ATTRIBUTES" or "ALL_PROJECTED_ATTRIBUTES":
                return false;
            default:
                throw AlternatorException.Validation(
                    $"Unknown Select value '{select}'. Allowed choices: ALL_ATTRIBUTES, SPECIFIC_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES, COUNT");
        }
    }
}
