namespace Alternator.Emulator.Values;

/// <summary>Equality and order of values.</summary>
/// <remarks>
/// Equality is deep: lists by position, maps and sets without order, numbers by value. Values of different types are
/// never equal. Only strings, binaries (both by bytes) and numbers have an order.
/// Source: DynamoDB developer guide, "Comparison operator and function reference".
/// </remarks>
internal static class ValueComparer
{
    /// <summary>True when both are of one type and equal.</summary>
    public static bool AreEqual(AttributeValue left, AttributeValue right)
    {
        if (ReferenceEquals(left, right))
        {
            return true;
        }

        return (left, right) switch
        {
            (StringValue a, StringValue b) => a.Utf8.AsSpan().SequenceEqual(b.Utf8),
            (NumberValue a, NumberValue b) => a.Value == b.Value,
            (BinaryValue a, BinaryValue b) => a.Bytes.AsSpan().SequenceEqual(b.Bytes),
            (BoolValue a, BoolValue b) => a.Value == b.Value,
            (NullValue, NullValue) => true,
            (SetValue a, SetValue b) => a.Type == b.Type && AreEqualSets(a, b),
            (ListValue a, ListValue b) => AreEqualLists(a, b),
            (MapValue a, MapValue b) => AreEqual(a.Entries, b.Entries),
            _ => false,
        };
    }

    /// <summary>True when both hold the same names with equal values.</summary>
    public static bool AreEqual(Item left, Item right)
    {
        if (left.Count != right.Count)
        {
            return false;
        }

        foreach (var (name, value) in left)
        {
            if (right[name] is not { } other || !AreEqual(value, other))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The order of two values, or null when they have none.</summary>
    public static int? Compare(AttributeValue left, AttributeValue right) => (left, right) switch
    {
        (StringValue a, StringValue b) => a.Utf8.AsSpan().SequenceCompareTo(b.Utf8),
        (NumberValue a, NumberValue b) => a.Value.CompareTo(b.Value),
        (BinaryValue a, BinaryValue b) => a.Bytes.AsSpan().SequenceCompareTo(b.Bytes),
        _ => null,
    };

    private static bool AreEqualLists(ListValue left, ListValue right)
    {
        if (left.Elements.Length != right.Elements.Length)
        {
            return false;
        }

        for (var i = 0; i < left.Elements.Length; i++)
        {
            if (!AreEqual(left.Elements[i], right.Elements[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool AreEqualSets(SetValue left, SetValue right)
    {
        if (left.Elements.Length != right.Elements.Length)
        {
            return false;
        }

        foreach (var element in left.Elements)
        {
            if (!right.Contains(element))
            {
                return false;
            }
        }

        return true;
    }
}
