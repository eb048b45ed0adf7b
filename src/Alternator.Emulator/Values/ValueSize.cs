using System.Text;

namespace Alternator.Emulator.Values;

/// <summary>How many bytes items count for pages and consumed capacity.</summary>
/// <remarks>
/// As Alternator counts: names in UTF-8; S and B their bytes; N its stored form (4 bytes of scale and the digits as a
/// two's complement integer); BOOL one; everything else the length of its JSON text
/// (alternator/executor_util.cc, describe_single_item; serialization.cc).
/// </remarks>
internal static class ValueSize
{
    /// <summary>The size of all attributes with their names.</summary>
    public static int Of(Item item)
    {
        var size = 0;
        foreach (var (name, value) in item)
        {
            size += Encoding.UTF8.GetByteCount(name) + Of(value);
        }

        return size;
    }

    /// <summary>The size of one value without its name.</summary>
    public static int Of(AttributeValue value) => value switch
    {
        StringValue text => text.Utf8.Length,
        BinaryValue binary => binary.Bytes.Length,
        NumberValue number => 4 + CoefficientBytes(number.Value),
        BoolValue => 1,
        _ => JsonLength(value),
    };

    private static int JsonLength(AttributeValue value)
    {
        // {"T":content}
        const int Frame = 5;
        var type = value.Type.Utf8().Length;
        return Frame + type + value switch
        {
            SetValue set => Sum(set.Elements, ScalarLength),
            ListValue list => Sum(list.Elements, JsonLength),
            MapValue map => EntriesLength(map.Entries),
            BoolValue or NullValue => 4,
            _ => ScalarLength(value),
        };
    }

    private static int Sum(AttributeValue[] elements, Func<AttributeValue, int> length)
    {
        var size = 2 + Math.Max(0, elements.Length - 1);
        foreach (var element in elements)
        {
            size += length(element);
        }

        return size;
    }

    private static int EntriesLength(Item entries)
    {
        var size = 2 + Math.Max(0, entries.Count - 1);
        foreach (var (name, value) in entries)
        {
            size += Encoding.UTF8.GetByteCount(name) + 3 + JsonLength(value);
        }

        return size;
    }

    private static int ScalarLength(AttributeValue value) => 2 + value switch
    {
        StringValue text => text.Utf8.Length,
        BinaryValue binary => (binary.Bytes.Length + 2) / 3 * 4,
        NumberValue number => NumberLength(number.Value),
        _ => 0,
    };

    private static int NumberLength(AlternatorNumber number)
    {
        var digits = number.IsZero ? 1 : number.Magnitude - number.Exponent + 1;
        var sign = number.Negative ? 1 : 0;
        return sign + (number.Exponent >= 0
            ? digits + number.Exponent
            : Math.Max(digits, 1 - number.Exponent) + 1);
    }

    private static int CoefficientBytes(AlternatorNumber number)
    {
        var bits = 128 - (int)UInt128.LeadingZeroCount(number.Coefficient);
        return (bits / 8) + 1;
    }
}
