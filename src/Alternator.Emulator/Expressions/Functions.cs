using System.Collections.Immutable;
using System.Globalization;
using Alternator.Emulator.Engine;
using Alternator.Emulator.Values;

namespace Alternator.Emulator.Expressions;

/// <summary>Where an operand stands, which decides what functions may do.</summary>
internal enum OperandPlace
{
    /// <summary>A function that is a condition by itself.</summary>
    Condition,

    /// <summary>A side of a comparison.</summary>
    Comparison,

    /// <summary>The right side of SET.</summary>
    Update,
}

/// <summary>The functions of expressions: what they accept, checked before anything is read, and what they give.</summary>
/// <remarks>Source: DynamoDB developer guide, "Functions"; where each is allowed: ScyllaDB's alternator/expressions.cc.</remarks>
internal static class Functions
{
    /// <summary>Refuses operands with unknown functions, functions in the wrong place, and wrong arguments.</summary>
    public static void Check(Operand operand, OperandPlace place, string expression)
    {
        if (operand is not FunctionCall call)
        {
            return;
        }

        var (count, where) = call.Name switch
        {
            "attribute_exists" or "attribute_not_exists" => (1, OperandPlace.Condition),
            "attribute_type" or "begins_with" or "contains" => (2, OperandPlace.Condition),
            "size" => (1, OperandPlace.Comparison),
            "if_not_exists" or "list_append" => (2, OperandPlace.Update),
            _ => throw AlternatorException.Validation($"Invalid {expression}: unknown function '{call.Name}' called"),
        };
        if (where != place)
        {
            throw AlternatorException.Validation($"Invalid {expression}: {call.Name}() not allowed here");
        }

        if (call.Arguments.Length != count)
        {
            throw AlternatorException.Validation(
                $"Invalid {expression}: {call.Name}() accepts {count} parameters, got {call.Arguments.Length}");
        }

        CheckArguments(call, expression);
        foreach (var argument in call.Arguments)
        {
            Check(argument, place, expression);
        }
    }

    /// <summary>The value of an operand, or null when there is none.</summary>
    public static AttributeValue? Evaluate(Operand operand, Item? item) => operand switch
    {
        Constant constant => constant.Value,
        PathOperand path => path.Path.Find(item),
        FunctionCall call => Evaluate(call, item),
        _ => throw new InvalidOperationException("An expression was evaluated before its references were bound"),
    };

    /// <summary>True when the value begins with another of its type.</summary>
    public static bool BeginsWith(AttributeValue? value, AttributeValue? prefix) => (value, prefix) switch
    {
        (StringValue a, StringValue b) => a.Utf8.AsSpan().StartsWith(b.Utf8),
        (BinaryValue a, BinaryValue b) => a.Bytes.AsSpan().StartsWith(b.Bytes),
        _ => false,
    };

    /// <summary>True when a string or binary has the other as a part, or a set or list has it as an element.</summary>
    public static bool Contains(AttributeValue? value, AttributeValue? part) => (value, part) switch
    {
        (_, null) => false,
        (StringValue a, StringValue b) => a.Utf8.AsSpan().IndexOf(b.Utf8) >= 0,
        (BinaryValue a, BinaryValue b) => a.Bytes.AsSpan().IndexOf(b.Bytes) >= 0,
        (SetValue set, _) => set.Contains(part),
        (ListValue list, _) => Array.Exists(list.Elements, element => ValueComparer.AreEqual(element, part)),
        _ => false,
    };

    private static AttributeValue? Evaluate(FunctionCall call, Item? item)
    {
        var first = Evaluate(call.Arguments[0], item);
        switch (call.Name)
        {
            case "attribute_exists":
                return AttributeValue.Bool(first is not null);
            case "attribute_not_exists":
                return AttributeValue.Bool(first is null);
            case "size":
                return Size(first) is { } size ? AttributeValue.Number(size) : null;
            case "if_not_exists":
                return first ?? Evaluate(call.Arguments[1], item);
            case "attribute_type":
                var type = ((StringValue)((Constant)call.Arguments[1]).Value).ToString();
                return AttributeValue.Bool(first is not null && first.Type.ToString() == type);
            case "begins_with":
                return AttributeValue.Bool(BeginsWith(first, Evaluate(call.Arguments[1], item)));
            case "contains":
                return AttributeValue.Bool(Contains(first, Evaluate(call.Arguments[1], item)));
            default:
                return first is ListValue left && Evaluate(call.Arguments[1], item) is ListValue right
                    ? new ListValue([.. left.Elements, .. right.Elements])
                    : throw AlternatorException.Validation("Invalid UpdateExpression: list_append() given a non-list");
        }
    }

    private static int? Size(AttributeValue? value) => value switch
    {
        StringValue text => text.Utf8.Length,
        BinaryValue binary => binary.Bytes.Length,
        SetValue set => set.Elements.Length,
        ListValue list => list.Elements.Length,
        MapValue map => map.Entries.Count,
        _ => null,
    };

    private static void CheckArguments(FunctionCall call, string expression)
    {
        var arguments = call.Arguments;
        switch (call.Name)
        {
            case "attribute_exists" or "attribute_not_exists" or "if_not_exists" when arguments[0] is not PathOperand:
                throw AlternatorException.Validation($"Invalid {expression}: the first parameter of {call.Name}() must be a path");
            case "attribute_type":
                CheckTypeArgument(arguments, expression);
                break;
            case "begins_with":
                foreach (var argument in arguments)
                {
                    if (argument is Constant { Value: not (StringValue or BinaryValue) } constant)
                    {
                        throw AlternatorException.Validation(
                            $"Invalid {expression}: begins_with() supports only string or binary type, got {constant.Value.Type}");
                    }
                }

                break;
            case "size" when arguments[0] is FunctionCall inner:
                throw AlternatorException.Validation($"Invalid {expression}: unsupported operand {inner.Name}() for function size()");
            case "size" when arguments[0] is Constant { Value: var value } && Size(value) is null:
                throw AlternatorException.Validation($"Invalid {expression}: unsupported operand type {value.Type} for function size()");
        }
    }

    private static void CheckTypeArgument(ImmutableArray<Operand> arguments, string expression)
    {
        if (arguments[1] is not Constant { Value: StringValue type })
        {
            throw AlternatorException.Validation(
                $"Invalid {expression}: the second parameter of attribute_type() must be an expression attribute value of type string");
        }

        if (!AttributeTypes.TryParse(type.Utf8, out _))
        {
            throw AlternatorException.Validation(
                string.Create(CultureInfo.InvariantCulture, $"Invalid {expression}: {type} is not a known type for attribute_type()"));
        }
    }
}
