using System.Text.Json;
using Alternator.Emulator.Engine;
using Alternator.Emulator.Expressions;
using Alternator.Emulator.Values;

namespace Alternator.Emulator.Operations;

/// <summary>One ComparisonOperator with its AttributeValueList.</summary>
internal static class LegacyComparison
{
    /// <summary>Reads the operator and its operands into a decision on an attribute (null: not set).</summary>
    public static Func<AttributeValue?, bool> Read(JsonElement comparison, JsonElement? list, string parameter)
    {
        if (comparison.ValueKind != JsonValueKind.String)
        {
            throw AlternatorException.Validation($"Invalid comparison operator definition {ValueReader.Excerpt(comparison)}");
        }

        var name = JsonText.StringOf(comparison);
        switch (name)
        {
            case "EQ" or "NE":
                var operand = ReadOperands(name, list, 1, 1, parameter)[0];
                var op = name == "EQ" ? ConditionOperator.Equal : ConditionOperator.NotEqual;
                return got => Comparison.IsTrue(op, got, operand);
            case "LT" or "LE" or "GT" or "GE":
                return Ordered(name, Scalar(ReadOperands(name, list, 1, 1, parameter)[0], name));
            case "BETWEEN":
                var bounds = ReadOperands(name, list, 2, 2, parameter);
                Comparison.CheckBounds(Scalar(bounds[0], name), Scalar(bounds[1], name), parameter);
                return got => Comparison.IsBetween(got, bounds[0], bounds[1]);
            case "IN":
                var choices = ReadOperands(name, list, 1, int.MaxValue, parameter);
                CheckChoices(choices);
                return got => got is not null && Array.Exists(choices, choice => ValueComparer.AreEqual(got, choice));
            case "NULL":
                ReadOperands(name, list, 0, 0, parameter);
                return got => got is null;
            case "NOT_NULL":
                ReadOperands(name, list, 0, 0, parameter);
                return got => got is not null;
            case "BEGINS_WITH":
                var prefix = ReadOperands(name, list, 1, 1, parameter)[0];
                return prefix is StringValue or BinaryValue
                    ? got => Functions.BeginsWith(got, prefix)
                    : throw AlternatorException.Validation($"BEGINS_WITH supports only string or binary type, got {prefix.Type}");
            case "CONTAINS":
                var part = Scalar(ReadOperands(name, list, 1, 1, parameter)[0], name);
                return got => Functions.Contains(got, part);
            case "NOT_CONTAINS":
                var absent = Scalar(ReadOperands(name, list, 1, 1, parameter)[0], name);
                return got => got is not null && !Functions.Contains(got, absent);
            default:
                throw AlternatorException.Validation($"Unsupported comparison operator {name}");
        }
    }

    private static Func<AttributeValue?, bool> Ordered(string name, AttributeValue operand)
    {
        var op = name switch
        {
            "LT" => ConditionOperator.Less,
            "LE" => ConditionOperator.LessOrEqual,
            "GT" => ConditionOperator.Greater,
            _ => ConditionOperator.GreaterOrEqual,
        };
        return got => Comparison.IsTrue(op, got, operand);
    }

    private static AttributeValue[] ReadOperands(string name, JsonElement? list, int least, int most, string parameter)
    {
        if (list is not { } given)
        {
            return least == 0
                ? []
                : throw AlternatorException.Validation("With ComparisonOperator, AttributeValueList must be given and an array");
        }

        if (given.ValueKind != JsonValueKind.Array)
        {
            throw AlternatorException.Validation("With ComparisonOperator, AttributeValueList must be given and an array");
        }

        var count = given.GetArrayLength();
        if (count < least || count > most)
        {
            throw AlternatorException.Validation($"{name} operator doesn't take an AttributeValueList of size {count}");
        }

        return [.. given.EnumerateArray().Select(element => ValueReader.Read(element, parameter))];
    }

    private static AttributeValue Scalar(AttributeValue operand, string name) => operand is StringValue or NumberValue or BinaryValue
        ? operand
        : throw AlternatorException.Validation($"{name} operator allow only the types String, Number, or Binary, got {operand.Type}");

    private static void CheckChoices(AttributeValue[] choices)
    {
        Scalar(choices[0], "IN");
        if (Array.Exists(choices, choice => choice.Type != choices[0].Type))
        {
            throw AlternatorException.Validation("IN operator requires all AttributeValueList elements to have the same type");
        }
    }
}
