namespace Alternator.Emulator.Values;

/// <summary>SS, NS or BS: distinct values of one scalar type, at least one, in their order.</summary>
internal sealed class SetValue : AttributeValue
{
    private static readonly Comparer<AttributeValue> ByValue =
        Comparer<AttributeValue>.Create((left, right) => ValueComparer.Compare(left, right)!.Value);

    private SetValue(AttributeType type, AttributeValue[] elements)
    {
        Type = type;
        Elements = elements;
    }

    public override AttributeType Type { get; }

    /// <summary>The values, ascending.</summary>
    public AttributeValue[] Elements { get; }

    /// <summary>The type of the values.</summary>
    public AttributeType ElementType => Type switch
    {
        AttributeType.SS => AttributeType.S,
        AttributeType.NS => AttributeType.N,
        _ => AttributeType.B,
    };

    /// <summary>Makes a set of an array that it takes over, or null when a value is there twice.</summary>
    public static SetValue? Distinct(AttributeType type, AttributeValue[] elements)
    {
        Array.Sort(elements, ByValue);
        for (var i = 1; i < elements.Length; i++)
        {
            if (ByValue.Compare(elements[i - 1], elements[i]) == 0)
            {
                return null;
            }
        }

        return new SetValue(type, elements);
    }

    /// <summary>True when the value is in the set.</summary>
    public bool Contains(AttributeValue value) =>
        value.Type == ElementType && Array.BinarySearch(Elements, value, ByValue) >= 0;

    /// <summary>The values of both sets.</summary>
    public SetValue Union(SetValue other)
    {
        var added = Array.FindAll(other.Elements, element => !Contains(element));
        return added.Length == 0 ? this : Distinct(Type, [.. Elements, .. added])!;
    }

    /// <summary>The values that are not in the other set, or null when none are left.</summary>
    public SetValue? Except(SetValue other)
    {
        var kept = Array.FindAll(Elements, element => !other.Contains(element));
        return kept.Length == 0 ? null : new SetValue(Type, kept);
    }
}
