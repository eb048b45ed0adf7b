using System.Text.Json;

namespace Alternator.Emulator.Values;

/// <summary>Writes values as answers hold them.</summary>
internal static class ValueWriter
{
    /// <summary>Writes an item or the content of a map as an object.</summary>
    public static void Write(Utf8JsonWriter writer, Item item)
    {
        writer.WriteStartObject();
        for (var i = 0; i < item.Count; i++)
        {
            writer.WritePropertyName(item.Names[i]);
            Write(writer, item.Values[i]);
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes one value as an object with its type and content.</summary>
    public static void Write(Utf8JsonWriter writer, AttributeValue value)
    {
        writer.WriteStartObject();
        writer.WritePropertyName(value.Type.Utf8());
        switch (value)
        {
            case BoolValue boolean:
                writer.WriteBooleanValue(boolean.Value);
                break;
            case NullValue:
                writer.WriteBooleanValue(true);
                break;
            case SetValue set:
                writer.WriteStartArray();
                foreach (var element in set.Elements)
                {
                    WriteScalar(writer, element);
                }

                writer.WriteEndArray();
                break;
            case ListValue list:
                writer.WriteStartArray();
                foreach (var element in list.Elements)
                {
                    Write(writer, element);
                }

                writer.WriteEndArray();
                break;
            case MapValue map:
                Write(writer, map.Entries);
                break;
            default:
                WriteScalar(writer, value);
                break;
        }

        writer.WriteEndObject();
    }

    private static void WriteScalar(Utf8JsonWriter writer, AttributeValue value)
    {
        switch (value)
        {
            case StringValue text:
                writer.WriteStringValue(text.Utf8);
                break;
            case NumberValue number:
                writer.WriteStringValue(number.Value.ToString());
                break;
            case BinaryValue binary:
                writer.WriteBase64StringValue(binary.Bytes);
                break;
            default:
                throw new InvalidOperationException($"{value.Type} is no scalar");
        }
    }
}
