namespace Alternator.Emulator.Values;

/// <summary>The names of the types.</summary>
internal static class AttributeTypes
{
    private static readonly byte[][] Names = [.. Enum.GetNames<AttributeType>().Select(System.Text.Encoding.UTF8.GetBytes)];

    /// <summary>The name as requests and answers have it.</summary>
    public static ReadOnlySpan<byte> Utf8(this AttributeType type) => Names[(int)type];

    /// <summary>True for SS, NS and BS.</summary>
    public static bool IsSet(this AttributeType type) => type is AttributeType.SS or AttributeType.NS or AttributeType.BS;

    /// <summary>Finds the type of a name.</summary>
    public static bool TryParse(ReadOnlySpan<byte> name, out AttributeType type)
    {
        for (var i = 0; i < Names.Length; i++)
        {
            if (name.SequenceEqual(Names[i]))
            {
                type = (AttributeType)i;
                return true;
            }
        }

        type = default;
        return false;
    }

    /// <summary>Finds the type of a name.</summary>
    public static bool TryParse(string name, out AttributeType type) =>
        TryParse(System.Text.Encoding.UTF8.GetBytes(name), out type);
}
