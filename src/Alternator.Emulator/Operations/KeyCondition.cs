using System.Collections.Immutable;
using System.Text.Json;
using Alternator.Emulator.Engine;
using Alternator.Emulator.Expressions;
using Alternator.Emulator.Values;

namespace Alternator.Emulator.Operations;

/// <summary>How a sort key is restricted.</summary>
internal enum SortOperator
{
    Any,
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Between,
    BeginsWith,
}

/// <summary>The partition of a Query and the part of it that is read.</summary>
/// <remarks>Source: DynamoDB developer guide, "Key condition expressions"; ScyllaDB's alternator/executor_read.cc, calculate_bounds_*.</remarks>
internal sealed class KeyCondition(KeySchema keys, string source)
{
    private AttributeValue? _hash;
    private SortOperator? _operator;
    private AttributeValue[] _operands = [];

    /// <summary>Reads KeyConditionExpression or KeyConditions.</summary>
    public static KeyCondition Read(Call call, KeySchema keys, Bindings bindings)
    {
        var expression = call.Find("KeyConditionExpression");
        var legacy = call.Find("KeyConditions");
        var result = (expression, legacy) switch
        {
            (null, null) => throw AlternatorException.Validation("Query must have one of KeyConditions or KeyConditionExpression"),
            ({ } text, null) => ReadExpression(call, text, keys, bindings),
            (null, { } conditions) => ReadLegacy(conditions, keys),
            _ => throw AlternatorException.Validation("Query does not allow both KeyConditions and KeyConditionExpression to be given together"),
        };
        return result._hash is null
            ? throw AlternatorException.Validation($"{result.Source}: Query missing condition on hash key {keys.Hash.Name}")
            : result;
    }

    private string Source { get; } = source;

    /// <summary>The range of entries that the condition selects.</summary>
    public RowRange Range()
    {
        var token = KeyEncoding.Token(_hash!);
        var partition = KeyEncoding.Sortable(_hash!);
        var start = RowBound.OfPartition(token, partition, after: false);
        var end = RowBound.OfPartition(token, partition, after: true);
        if (_operator is null or SortOperator.Any)
        {
            return new RowRange(start, end);
        }

        var first = KeyEncoding.Sortable(_operands[0]);
        var before = RowBound.OfSort(token, partition, first, after: false);
        var after = RowBound.OfSort(token, partition, first, after: true);
        return _operator switch
        {
            SortOperator.Equal => new RowRange(before, after),
            SortOperator.Less => new RowRange(start, before),
            SortOperator.LessOrEqual => new RowRange(start, after),
            SortOperator.Greater => new RowRange(after, end),
            SortOperator.GreaterOrEqual => new RowRange(before, end),
            SortOperator.Between => new RowRange(before, RowBound.OfSort(token, partition, KeyEncoding.Sortable(_operands[1]), after: true)),
            _ => new RowRange(before, KeyEncoding.AfterPrefix(first) is { } next ? RowBound.OfSort(token, partition, next, after: false) : end),
        };
    }

    private static KeyCondition ReadExpression(Call call, JsonElement text, KeySchema keys, Bindings bindings)
    {
        const string Name = "KeyConditionExpression";
        var condition = bindings.Bind(call.Engine.Expressions.Condition(ExpressionText.Of(text, Name), Name));
        var parts = new List<SimpleCondition>();
        Flatten(condition, parts);
        if (parts.Count > 2)
        {
            throw AlternatorException.Validation($"{Name} must have one or two conditions");
        }

        var result = new KeyCondition(keys, Name);
        foreach (var part in parts)
        {
            result.Add(part);
        }

        return result;
    }

    private static void Flatten(Condition condition, List<SimpleCondition> parts)
    {
        switch (condition)
        {
            case AllOf all:
                foreach (var part in all.Conditions)
                {
                    Flatten(part, parts);
                }

                break;
            case SimpleCondition simple:
                parts.Add(simple);
                break;
            default:
                throw AlternatorException.Validation($"KeyConditionExpression cannot use {(condition is Not ? "NOT" : "OR")}");
        }
    }

    private static KeyCondition ReadLegacy(JsonElement conditions, KeySchema keys)
    {
        const string Name = "KeyConditions";
        if (conditions.ValueKind != JsonValueKind.Object)
        {
            throw AlternatorException.Validation($"{Name} must be an object");
        }

        if (conditions.GetPropertyCount() > keys.Count)
        {
            throw AlternatorException.Validation($"{Name} must have no more conditions than there are key attributes");
        }

        var result = new KeyCondition(keys, Name);
        foreach (var property in conditions.EnumerateObject())
        {
            var name = JsonText.NameOf(property);
            var comparison = Parameters.FindString(property.Value, "ComparisonOperator")
                ?? throw AlternatorException.Validation($"{Name} requires a ComparisonOperator");
            if (Parameters.Find(property.Value, "AttributeValueList") is not { ValueKind: JsonValueKind.Array } list)
            {
                throw AlternatorException.Validation($"{Name} requires an AttributeValueList");
            }

            var operands = list.EnumerateArray().Select(element => ValueReader.Read(element, Name)).ToArray();
            var op = comparison switch
            {
                "EQ" => SortOperator.Equal,
                "LT" => SortOperator.Less,
                "LE" => SortOperator.LessOrEqual,
                "GT" => SortOperator.Greater,
                "GE" => SortOperator.GreaterOrEqual,
                "BETWEEN" => SortOperator.Between,
                "BEGINS_WITH" => SortOperator.BeginsWith,
                "NE" or "IN" or "NULL" or "NOT_NULL" or "CONTAINS" or "NOT_CONTAINS" => throw AlternatorException.Validation(
                    $"{Name}: comparison operator {comparison} is not supported for keys"),
                _ => throw AlternatorException.Validation($"{Name}: unsupported comparison operator {comparison}"),
            };
            if (operands.Length != (op == SortOperator.Between ? 2 : 1))
            {
                throw AlternatorException.Validation($"{Name} got {operands.Length} arguments for operator {comparison}");
            }

            result.Add(name, op, operands);
        }

        return result;
    }

    private void Add(SimpleCondition condition)
    {
        var operands = condition.Operands;
        switch (condition.Operator)
        {
            case ConditionOperator.Function:
                var call = (FunctionCall)operands[0];
                if (call is not { Name: "begins_with", Arguments: [PathOperand attribute, Constant prefix] })
                {
                    throw AlternatorException.Validation(
                        $"{Source}: only begins_with() of an attribute and a value is supported, not {call.Name}()");
                }

                Add(NameOf(attribute), SortOperator.BeginsWith, [prefix.Value]);
                break;
            case ConditionOperator.Between when operands is [PathOperand between, Constant low, Constant high]:
                Add(NameOf(between), SortOperator.Between, [low.Value, high.Value]);
                break;
            case ConditionOperator.In or ConditionOperator.NotEqual:
                throw AlternatorException.Validation(
                    $"{Source} does not support {(condition.Operator == ConditionOperator.In ? "IN" : "<>")} operator");
            default:
                AddComparison(condition.Operator, operands);
                break;
        }
    }

    private void AddComparison(ConditionOperator comparison, ImmutableArray<Operand> operands)
    {
        var (path, value, flipped) = (operands[0], operands[1]) switch
        {
            (PathOperand left, Constant right) when operands.Length == 2 => (left, right, false),
            (Constant left, PathOperand right) when operands.Length == 2 => (right, left, true),
            _ => throw AlternatorException.Validation($"{Source} must compare an attribute with a constant"),
        };
        var op = comparison switch
        {
            ConditionOperator.Equal => SortOperator.Equal,
            ConditionOperator.Less => flipped ? SortOperator.Greater : SortOperator.Less,
            ConditionOperator.LessOrEqual => flipped ? SortOperator.GreaterOrEqual : SortOperator.LessOrEqual,
            ConditionOperator.Greater => flipped ? SortOperator.Less : SortOperator.Greater,
            _ => flipped ? SortOperator.LessOrEqual : SortOperator.GreaterOrEqual,
        };
        Add(NameOf(path), op, [value.Value]);
    }

    private string NameOf(PathOperand operand) => operand.Path.IsTopLevel
        ? operand.Path.Root
        : throw AlternatorException.Validation($"{Source} does not support nested attributes");

    private void Add(string name, SortOperator op, AttributeValue[] operands)
    {
        var attribute = keys.Find(name)
            ?? throw AlternatorException.Validation($"{Source} condition on non-key attribute {name}");
        foreach (var operand in operands)
        {
            KeySchema.CheckValue(operand, attribute);
        }

        if (attribute == keys.Hash)
        {
            if (op != SortOperator.Equal)
            {
                throw AlternatorException.Validation($"{Source}: conditions other than equality are not supported on partition key {name}");
            }

            _hash = _hash is null ? operands[0] : throw Twice();
            return;
        }

        if (op == SortOperator.BeginsWith && attribute.Type == AttributeType.N)
        {
            throw AlternatorException.Validation($"{Source}: begins_with (BEGINS_WITH) is not supported on type {attribute.Type}");
        }

        if (op == SortOperator.Between)
        {
            Comparison.CheckBounds(operands[0], operands[1], Source);
        }

        _operator = _operator is null ? op : throw Twice();
        _operands = operands;
    }

    private AlternatorException Twice() => AlternatorException.Validation($"{Source} allows only one condition for each key");
}
