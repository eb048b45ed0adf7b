using System.Buffers;
using System.Text.Json;
using Amazon.DynamoDBv2.Model;

namespace Alternator.Client;

/// <summary>Writes attribute values and maps of them as DynamoDB's JSON, member for member as the SDK's marshallers do.</summary>
internal static class ValueWriter
{
    public static void WriteMap(Utf8JsonWriter writer, ReadOnlySpan<byte> name, Dictionary<string, AttributeValue>? map)
    {
        if (map is null)
            return;
        writer.WriteStartObject(name);
        WriteMembers(writer, map);
        writer.WriteEndObject();
    }

    public static void WriteMembers(Utf8JsonWriter writer, Dictionary<string, AttributeValue> map)
    {
        foreach ((string name, AttributeValue value) in map)
        {
            writer.WriteStartObject(name);
            Write(writer, value);
            writer.WriteEndObject();
        }
    }

    public static void WriteList(Utf8JsonWriter writer, ReadOnlySpan<byte> name, List<AttributeValue>? list)
    {
        if (list is null)
            return;
        writer.WriteStartArray(name);
        foreach (AttributeValue value in list)
        {
            writer.WriteStartObject();
            Write(writer, value);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    public static void WriteStrings(Utf8JsonWriter writer, ReadOnlySpan<byte> name, List<string>? strings)
    {
        if (strings is null)
            return;
        writer.WriteStartArray(name);
        foreach (string text in strings)
            writer.WriteStringValue(text);
        writer.WriteEndArray();
    }

    /// <summary>Writes the members of one value; nothing for <see langword="null"/>.</summary>
    public static void Write(Utf8JsonWriter writer, AttributeValue? value)
    {
        if (value is null)
            return;
        if (value.B is { } binary)
        {
            writer.WritePropertyName("B"u8);
            WriteBase64(writer, binary);
        }
        if (value.BOOL is { } boolean)
            writer.WriteBoolean("BOOL"u8, boolean);
        if (value.BS is { } binaries)
        {
            writer.WriteStartArray("BS"u8);
            foreach (MemoryStream item in binaries)
                WriteBase64(writer, item);
            writer.WriteEndArray();
        }
        WriteList(writer, "L"u8, value.L);
        WriteMap(writer, "M"u8, value.M);
        if (value.N is { } number)
            writer.WriteString("N"u8, number);
        WriteStrings(writer, "NS"u8, value.NS);
        if (value.NULL is { } isNull)
            writer.WriteBoolean("NULL"u8, isNull);
        if (value.S is { } text)
            writer.WriteString("S"u8, text);
        WriteStrings(writer, "SS"u8, value.SS);
    }

    private static void WriteBase64(Utf8JsonWriter writer, MemoryStream bytes)
    {
        if (bytes.TryGetBuffer(out ArraySegment<byte> buffer))
        {
            writer.WriteBase64StringValue(buffer);
            return;
        }
        byte[] copy = ArrayPool<byte>.Shared.Rent((int)bytes.Length);
        bytes.Position = 0;
        int length = bytes.ReadAtLeast(copy, (int)bytes.Length, throwOnEndOfStream: false);
        writer.WriteBase64StringValue(copy.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(copy);
    }
}
