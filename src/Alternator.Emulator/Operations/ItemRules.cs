using System.Text;
using Alternator.Emulator.Engine;
using Alternator.Emulator.Values;

namespace Alternator.Emulator.Operations;

/// <summary>What items of a table may hold beside their key.</summary>
internal static class ItemRules
{
    private const int LongestName = 65535;

    // What a request of the deepest allowed JSON can put: ScyllaDB's 78 levels, two for each list or map.
    private const int DeepestValue = 38;

    /// <summary>Refuses an item with names too long or index keys of another type.</summary>
    public static void Check(Table table, Item item)
    {
        foreach (var (name, value) in item)
        {
            CheckName(name, "Item");
            CheckIndexKey(table, name, value);
        }
    }

    /// <summary>Refuses an empty name or one that is too long.</summary>
    public static void CheckName(string name, string source)
    {
        if (name.Length == 0)
        {
            throw AlternatorException.Validation($"{source} - Empty attribute name");
        }

        // Three bytes are the most that one UTF-16 unit can become.
        if (name.Length * 3 > LongestName && Encoding.UTF8.GetByteCount(name) > LongestName)
        {
            throw AlternatorException.Validation($"{source} - Attribute name is too large, must be less than {LongestName + 1} bytes");
        }
    }

    /// <summary>Refuses a value that an index can't take as its key.</summary>
    public static void CheckIndexKey(Table table, string name, AttributeValue value)
    {
        foreach (var index in table.Indexes)
        {
            if (index.Keys.Find(name) is not { } key || table.Keys.Contains(name))
            {
                continue;
            }

            if (value.Type != key.Type)
            {
                throw AlternatorException.Validation(
                    $"Type mismatch: expected type {key.Type} for GSI or LSI key attribute {name}, got type {value.Type}");
            }

            KeySchema.CheckLength(value, name);
            if (value is StringValue { Utf8.Length: 0 } or BinaryValue { Bytes.Length: 0 })
            {
                throw AlternatorException.Validation($"GSI or LSI key attribute {name} cannot be set to an empty string");
            }
        }
    }

    /// <summary>Refuses a value nested deeper than any request could hold.</summary>
    public static void CheckDepth(AttributeValue value)
    {
        if (IsDeeperThan(value, DeepestValue))
        {
            throw AlternatorException.Validation("The value would be nested too deeply");
        }
    }

    private static bool IsDeeperThan(AttributeValue value, int levels) => levels == 0 || value switch
    {
        ListValue list => Array.Exists(list.Elements, element => IsDeeperThan(element, levels - 1)),
        MapValue map => AnyDeeper(map.Entries, levels - 1),
        _ => false,
    };

    private static bool AnyDeeper(Item entries, int levels)
    {
        foreach (var value in entries.Values)
        {
            if (IsDeeperThan(value, levels))
            {
                return true;
            }
        }

        return false;
    }
}
