using Alternator.Emulator.Engine;
using Alternator.Emulator.Values;

namespace Alternator.Emulator.Expressions;

/// <summary>The comparison operators on two values, either of which may be absent.</summary>
internal static class Comparison
{
    /// <summary>Decides a comparison.</summary>
    public static bool IsTrue(ConditionOperator op, AttributeValue? left, AttributeValue? right)
    {
        if (op is ConditionOperator.Equal or ConditionOperator.NotEqual)
        {
            var equal = left is not null && right is not null && ValueComparer.AreEqual(left, right);
            return equal == (op == ConditionOperator.Equal);
        }

        if (left is null || right is null || ValueComparer.Compare(left, right) is not { } order)
        {
            return false;
        }

        return op switch
        {
            ConditionOperator.Less => order < 0,
            ConditionOperator.LessOrEqual => order <= 0,
            ConditionOperator.Greater => order > 0,
            ConditionOperator.GreaterOrEqual => order >= 0,
            _ => throw new ArgumentOutOfRangeException(nameof(op), op, "no comparison"),
        };
    }

    /// <summary>Decides BETWEEN, bounds included.</summary>
    public static bool IsBetween(AttributeValue? value, AttributeValue? low, AttributeValue? high) =>
        IsTrue(ConditionOperator.GreaterOrEqual, value, low) && IsTrue(ConditionOperator.LessOrEqual, value, high);

    /// <summary>Refuses bounds of BETWEEN that are of two types or in the wrong order.</summary>
    public static void CheckBounds(AttributeValue low, AttributeValue high, string source)
    {
        if (low.Type != high.Type)
        {
            throw AlternatorException.Validation(
                $"Invalid {source}: BETWEEN operator requires the same type for lower and upper bound; got {low.Type} and {high.Type}");
        }

        if (ValueComparer.Compare(low, high) > 0)
        {
            throw AlternatorException.Validation($"Invalid {source}: BETWEEN operator requires lower_bound <= upper_bound");
        }
    }
}
