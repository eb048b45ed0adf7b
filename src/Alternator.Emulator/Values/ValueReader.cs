using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Alternator.Emulator.Engine;

namespace Alternator.Emulator.Values;

/// <summary>Reads values as requests hold them: an object with one member whose name is the type.</summary>
/// <remarks>
/// Refusals follow Alternator: a malformed value is a ValidationException, a number that is not a string and bytes that
/// are not base64 are a SerializationException (alternator/executor.cc, validate_value; serialization.cc).
/// Requests are nested less deep than the parser allows, so reading may recurse.
/// </remarks>
internal static class ValueReader
{
    /// <summary>Reads one value.</summary>
    /// <param name="element">The value as the request has it.</param>
    /// <param name="source">The parameter that holds it, for messages.</param>
    public static AttributeValue Read(JsonElement element, string source)
    {
        var (type, content) = Member(element, source);
        return type switch
        {
            AttributeType.S => new StringValue(JsonText.Utf8Of(Expect(content, JsonValueKind.String, source, type))),
            AttributeType.N => new NumberValue(ReadNumber(content, source)),
            AttributeType.B => new BinaryValue(ReadBytes(Expect(content, JsonValueKind.String, source, type))),
            AttributeType.BOOL => ReadBool(content, source),
            AttributeType.NULL => ReadNull(content, source),
            AttributeType.L => ReadList(Expect(content, JsonValueKind.Array, source, type), source),
            AttributeType.M => new MapValue(ReadItem(Expect(content, JsonValueKind.Object, source, type), source)),
            _ => ReadSet(content, source, type),
        };
    }

    /// <summary>Reads an object of values by name.</summary>
    public static Item ReadItem(JsonElement element, string source)
    {
        var builder = new Item.Builder(element.GetPropertyCount());
        foreach (var property in element.EnumerateObject())
        {
            builder.Set(JsonText.NameOf(property), Read(property.Value, source));
        }

        return builder.Build();
    }

    /// <summary>The type of a value, and what the request gives for it, unread.</summary>
    public static (AttributeType Type, JsonElement Content) Member(JsonElement element, string source)
    {
        if (element.ValueKind != JsonValueKind.Object || element.GetPropertyCount() != 1)
        {
            throw AlternatorException.Validation(
                $"{source}: a value must be an object with exactly one member, its type; got {Excerpt(element)}");
        }

        var enumerator = element.EnumerateObject();
        enumerator.MoveNext();
        var member = enumerator.Current;
        return AttributeTypes.TryParse(JsonMarshal.GetRawUtf8PropertyName(member), out var type)
            ? (type, member.Value)
            : throw AlternatorException.Validation($"{source}: unknown type {JsonText.NameOf(member)} of value {Excerpt(element)}");
    }

    /// <summary>A piece of the request short enough for a message; what is no UTF-8 is shown by replacement characters.</summary>
    public static string Excerpt(JsonElement element)
    {
        const int Longest = 256;
        var text = Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(element));
        return text.Length <= Longest ? text : string.Concat(text.AsSpan(0, Longest), "...");
    }

    private static AlternatorNumber ReadNumber(JsonElement content, string source)
    {
        if (content.ValueKind != JsonValueKind.String)
        {
            throw new AlternatorException(
                "SerializationException", $"{source}: a number must be given as a string; got {Excerpt(content)}");
        }

        var raw = JsonMarshal.GetRawUtf8Value(content)[1..^1];
        return AlternatorNumber.Parse(raw.Contains((byte)'\\') ? JsonText.Utf8Of(content) : raw);
    }

    private static byte[] ReadBytes(JsonElement content)
    {
        var text = JsonMarshal.GetRawUtf8Value(content)[1..^1];
        if (text.Contains((byte)'\\'))
        {
            text = JsonText.Utf8Of(content);
        }

        if (text.IsEmpty)
        {
            return [];
        }

        // The decoder skips white space, which base64 in a request must not hold.
        var buffer = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        if (text.ContainsAny(" \t\r\n"u8) ||
            Base64.DecodeFromUtf8(text, buffer, out var consumed, out var written) != System.Buffers.OperationStatus.Done ||
            consumed != text.Length)
        {
            throw new AlternatorException("SerializationException", "Invalid base64 data");
        }

        return written == buffer.Length ? buffer : buffer[..written];
    }

    private static BoolValue ReadBool(JsonElement content, string source) => content.ValueKind switch
    {
        JsonValueKind.True => BoolValue.True,
        JsonValueKind.False => BoolValue.False,
        _ => throw Malformed(content, source, AttributeType.BOOL),
    };

    private static NullValue ReadNull(JsonElement content, string source) => content.ValueKind == JsonValueKind.True
        ? NullValue.Instance
        : throw Malformed(content, source, AttributeType.NULL);

    private static ListValue ReadList(JsonElement content, string source)
    {
        var elements = new AttributeValue[content.GetArrayLength()];
        var i = 0;
        foreach (var element in content.EnumerateArray())
        {
            elements[i++] = Read(element, source);
        }

        return new ListValue(elements);
    }

    private static SetValue ReadSet(JsonElement content, string source, AttributeType type)
    {
        Expect(content, JsonValueKind.Array, source, type);
        if (content.GetArrayLength() == 0)
        {
            throw AlternatorException.Validation($"{source}: an empty set is not allowed");
        }

        var elements = new AttributeValue[content.GetArrayLength()];
        var i = 0;
        foreach (var element in content.EnumerateArray())
        {
            elements[i++] = type switch
            {
                AttributeType.SS => new StringValue(JsonText.Utf8Of(Expect(element, JsonValueKind.String, source, type))),
                AttributeType.NS => new NumberValue(ReadNumber(element, source)),
                _ => new BinaryValue(ReadBytes(Expect(element, JsonValueKind.String, source, type))),
            };
        }

        return SetValue.Distinct(type, elements)
            ?? throw AlternatorException.Validation($"{source}: a set must not hold the same value twice");
    }

    private static JsonElement Expect(JsonElement content, JsonValueKind kind, string source, AttributeType type) =>
        content.ValueKind == kind ? content : throw Malformed(content, source, type);

    private static AlternatorException Malformed(JsonElement content, string source, AttributeType type) =>
        AlternatorException.Validation($"{source}: improperly formatted {type} value {Excerpt(content)}");
}
