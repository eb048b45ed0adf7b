using Alternator.Emulator.Values;

namespace Alternator.Emulator.Engine;

/// <summary>An attribute that is part of a key; its type is S, N or B.</summary>
internal sealed record KeyAttribute(string Name, AttributeType Type);

/// <summary>The key of a table or index: one hash key and at most one range key.</summary>
internal sealed record KeySchema(KeyAttribute Hash, KeyAttribute? Range)
{
    private const int LongestKey = 65535;

    /// <summary>How many attributes a key has.</summary>
    public int Count => Range is null ? 1 : 2;

    /// <summary>The key attribute of a name, or null.</summary>
    public KeyAttribute? Find(string name) => Hash.Name == name ? Hash : Range?.Name == name ? Range : null;

    /// <summary>True when the attribute is part of the key.</summary>
    public bool Contains(string name) => Find(name) is not null;

    /// <summary>Takes the key out of an item.</summary>
    /// <exception cref="AlternatorException">A key attribute is missing, empty or of another type.</exception>
    public ItemKey KeyOf(Item item) => ItemKey.Create(Take(item, Hash), Range is null ? null : Take(item, Range));

    /// <summary>Takes the key out of a <c>Key</c> parameter, which must hold nothing else.</summary>
    /// <exception cref="AlternatorException">A key attribute is missing, empty, of another type, or one too many.</exception>
    public ItemKey KeyOnly(Item key)
    {
        var result = KeyOf(key);
        return key.Count == Count ? result : throw AlternatorException.Validation("Given key attribute not in schema");
    }

    /// <summary>Refuses a value that can't be this key attribute's.</summary>
    public static void CheckValue(AttributeValue value, KeyAttribute attribute)
    {
        if (value.Type != attribute.Type)
        {
            throw AlternatorException.Validation(
                $"Type mismatch: expected type {attribute.Type} for key column {attribute.Name}, got type {value.Type}");
        }

        CheckLength(value, attribute.Name);
        if (value is StringValue { Utf8.Length: 0 } or BinaryValue { Bytes.Length: 0 })
        {
            throw AlternatorException.Validation(
                $"The AttributeValue for a key attribute cannot contain an empty {(value is StringValue ? "string" : "binary")} value. Key: {attribute.Name}");
        }
    }

    /// <summary>True when ScyllaDB could not store a key of this length.</summary>
    public static bool IsTooLong(AttributeValue value) => value switch
    {
        StringValue text => text.Utf8.Length > LongestKey,
        BinaryValue binary => binary.Bytes.Length > LongestKey,
        _ => false,
    };

    /// <summary>Refuses a key that ScyllaDB could not store. DynamoDB's shorter limits are not enforced by Alternator.</summary>
    public static void CheckLength(AttributeValue value, string attribute)
    {
        if (IsTooLong(value))
        {
            throw AlternatorException.Validation(
                $"One or more parameter values were invalid: the key attribute {attribute} is longer than {LongestKey} bytes");
        }
    }

    private static AttributeValue Take(Item item, KeyAttribute attribute)
    {
        if (!item.TryGet(attribute.Name, out var value))
        {
            throw AlternatorException.Validation($"Key column {attribute.Name} not found");
        }

        CheckValue(value, attribute);
        return value;
    }
}
