using System.Text.Json;
using Alternator.Emulator.Engine;
using Alternator.Emulator.Expressions;
using Alternator.Emulator.Values;

namespace Alternator.Emulator.Operations;

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
