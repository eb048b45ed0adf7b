using System.Collections.Immutable;
using Alternator.Emulator.Engine;
using Alternator.Emulator.Values;

namespace Alternator.Emulator.Expressions;

/// <summary>Checks bound conditions before they are used, and decides them for an item.</summary>
/// <remarks>
/// A comparison with something that is not set is decided, not an error: <c>&lt;&gt;</c> is true, every other one false.
/// Values of the request that an operator can't take are refused up front, whatever the item holds
/// (ScyllaDB's alternator/conditions.cc: check_compare, check_BETWEEN).
/// </remarks>
internal static class ConditionEvaluation
{
    /// <summary>Refuses conditions that no item can be checked against.</summary>
    public static void Check(Condition condition, string expression)
    {
        switch (condition)
        {
            case AllOf all:
                CheckAll(all.Conditions, expression);
                break;
            case AnyOf any:
                CheckAll(any.Conditions, expression);
                break;
            case Not not:
                Check(not.Condition, expression);
                break;
            case SimpleCondition simple:
                CheckSimple(simple, expression);
                break;
        }
    }

    /// <summary>True when the item (null: none) fulfils the condition.</summary>
    public static bool IsTrue(Condition condition, Item? item)
    {
        switch (condition)
        {
            case AllOf all:
                foreach (var part in all.Conditions)
                {
                    if (!IsTrue(part, item))
                    {
                        return false;
                    }
                }

                return true;
            case AnyOf any:
                foreach (var part in any.Conditions)
                {
                    if (IsTrue(part, item))
                    {
                        return true;
                    }
                }

                return false;
            case Not not:
                return !IsTrue(not.Condition, item);
            default:
                return IsTrue((SimpleCondition)condition, item);
        }
    }

    /// <summary>True when some path of the condition starts at the attribute.</summary>
    public static bool Uses(Condition condition, string attribute) => condition switch
    {
        AllOf all => all.Conditions.Any(part => Uses(part, attribute)),
        AnyOf any => any.Conditions.Any(part => Uses(part, attribute)),
        Not not => Uses(not.Condition, attribute),
        SimpleCondition simple => simple.Operands.Any(operand => Uses(operand, attribute)),
        _ => false,
    };

    private static bool Uses(Operand operand, string attribute) => operand switch
    {
        PathOperand path => path.Path.Root == attribute,
        FunctionCall call => call.Arguments.Any(argument => Uses(argument, attribute)),
        _ => false,
    };

    private static bool IsTrue(SimpleCondition condition, Item? item)
    {
        var first = Functions.Evaluate(condition.Operands[0], item);
        switch (condition.Operator)
        {
            case ConditionOperator.Function:
                return first is BoolValue { Value: true };
            case ConditionOperator.In:
                return first is not null && condition.Operands.AsSpan()[1..].ToArray()
                    .Any(choice => Functions.Evaluate(choice, item) is { } value && ValueComparer.AreEqual(first, value));
            case ConditionOperator.Between:
                return Comparison.IsBetween(
                    first, Functions.Evaluate(condition.Operands[1], item), Functions.Evaluate(condition.Operands[2], item));
            default:
                return Comparison.IsTrue(condition.Operator, first, Functions.Evaluate(condition.Operands[1], item));
        }
    }

    private static void CheckAll(ImmutableArray<Condition> conditions, string expression)
    {
        foreach (var condition in conditions)
        {
            Check(condition, expression);
        }
    }

    private static void CheckSimple(SimpleCondition condition, string expression)
    {
        var place = condition.Operator == ConditionOperator.Function ? OperandPlace.Condition : OperandPlace.Comparison;
        foreach (var operand in condition.Operands)
        {
            Functions.Check(operand, place, expression);
        }

        switch (condition.Operator)
        {
            case ConditionOperator.Less or ConditionOperator.LessOrEqual or ConditionOperator.Greater or ConditionOperator.GreaterOrEqual or ConditionOperator.Between:
                foreach (var operand in condition.Operands)
                {
                    if (operand is Constant { Value: not (StringValue or NumberValue or BinaryValue) } constant)
                    {
                        throw AlternatorException.Validation(
                            $"Invalid {expression}: order operators allow only the types String, Number, or Binary, got {constant.Value.Type}");
                    }
                }

                break;
        }

        if (condition.Operator == ConditionOperator.Between && condition.Operands[1] is Constant low && condition.Operands[2] is Constant high)
        {
            Comparison.CheckBounds(low.Value, high.Value, expression);
        }
    }
}
