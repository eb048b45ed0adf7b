using System.Text;

namespace Alternator.Emulator.Values;

/// <summary>The types of the DynamoDB API.</summary>
internal enum AttributeType
{
    S,
    N,
    B,
    BOOL,
    NULL,
    SS,
    NS,
    BS,
    L,
    M,
}

/// <summary>One value of the DynamoDB API. Values are immutable and may be shared between items, indexes and answers.</summary>
/// <remarks>
/// Strings are kept as UTF-8, the form in which they arrive, are ordered, are measured and leave again.
/// Source: DynamoDB API reference, AttributeValue.
/// </remarks>
internal abstract class AttributeValue
{
    private protected AttributeValue()
    {
    }

    /// <summary>The value's type.</summary>
    public abstract AttributeType Type { get; }

    /// <summary>A string value.</summary>
    public static AttributeValue String(string text) => new StringValue(Encoding.UTF8.GetBytes(text));

    /// <summary>A number value.</summary>
    public static AttributeValue Number(long number) => new NumberValue(AlternatorNumber.FromInt64(number));

    /// <summary>A binary value; the array is not copied.</summary>
    public static AttributeValue Binary(byte[] bytes) => new BinaryValue(bytes);

    /// <summary>A boolean value.</summary>
    public static AttributeValue Bool(bool value) => value ? BoolValue.True : BoolValue.False;
}

/// <summary>S: a string as UTF-8.</summary>
internal sealed class StringValue(byte[] utf8) : AttributeValue
{
    public override AttributeType Type => AttributeType.S;

    public byte[] Utf8 { get; } = utf8;

    public override string ToString() => Encoding.UTF8.GetString(Utf8);
}

/// <summary>N: a decimal number of up to 38 digits.</summary>
internal sealed class NumberValue(AlternatorNumber number) : AttributeValue
{
    public override AttributeType Type => AttributeType.N;

    public AlternatorNumber Value { get; } = number;

    public override string ToString() => Value.ToString();
}

/// <summary>B: bytes.</summary>
internal sealed class BinaryValue(byte[] bytes) : AttributeValue
{
    public override AttributeType Type => AttributeType.B;

    public byte[] Bytes { get; } = bytes;
}

/// <summary>BOOL.</summary>
internal sealed class BoolValue : AttributeValue
{
    public static readonly BoolValue True = new(true);
    public static readonly BoolValue False = new(false);

    private BoolValue(bool value) => Value = value;

    public override AttributeType Type => AttributeType.BOOL;

    public bool Value { get; }
}

/// <summary>NULL, a value of its own.</summary>
internal sealed class NullValue : AttributeValue
{
    public static readonly NullValue Instance = new();

    private NullValue()
    {
    }

    public override AttributeType Type => AttributeType.NULL;
}

/// <summary>L: values of any types in order.</summary>
internal sealed class ListValue(AttributeValue[] elements) : AttributeValue
{
    public override AttributeType Type => AttributeType.L;

    public AttributeValue[] Elements { get; } = elements;
}

/// <summary>M: values by name.</summary>
internal sealed class MapValue(Item entries) : AttributeValue
{
    public override AttributeType Type => AttributeType.M;

    public Item Entries { get; } = entries;
}
