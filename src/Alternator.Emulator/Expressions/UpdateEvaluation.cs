using Alternator.Emulator.Engine;
using Alternator.Emulator.Values;

namespace Alternator.Emulator.Expressions;

/// <summary>What the actions of an update expression make of an item. Every value is read from the item as it was before.</summary>
/// <remarks>Source: DynamoDB API reference, UpdateItem; ScyllaDB's alternator/executor.cc, action_result and hierarchy_actions.</remarks>
internal static class UpdateEvaluation
{
    /// <summary>Refuses actions that no item can be updated with.</summary>
    public static void Check(UpdateAction action)
    {
        const string Source = "UpdateExpression";
        switch (action)
        {
            case SetAction set:
                Functions.Check(set.Left, OperandPlace.Update, Source);
                if (set.Right is not null)
                {
                    Functions.Check(set.Right, OperandPlace.Update, Source);
                    CheckNumber(set.Left);
                    CheckNumber(set.Right);
                }

                break;
            case AddAction { Value: Constant { Value: not (NumberValue or SetValue) and var value } }:
                throw AlternatorException.Validation(
                    $"Invalid {Source}: an operand of ADD must be a number or a set, got incorrect type {value.Type}");
            case DeleteAction { Value: Constant { Value: not SetValue and var value } }:
                throw AlternatorException.Validation($"Invalid {Source}: the operand of DELETE must be a set, got incorrect type {value.Type}");
        }
    }

    /// <summary>True when the action can't be done without knowing the item.</summary>
    public static bool NeedsRead(UpdateAction action) => !action.Path.IsTopLevel || action switch
    {
        SetAction set => NeedsRead(set.Left) || (set.Right is not null && NeedsRead(set.Right)),
        RemoveAction => false,
        _ => true,
    };

    /// <summary>The new value of an attribute that one or more actions change; null removes it.</summary>
    /// <param name="node">The actions at and below the attribute.</param>
    /// <param name="name">The attribute.</param>
    /// <param name="item">The item as it was; null when there was none.</param>
    public static AttributeValue? Apply(PathNode<UpdateAction> node, string name, Item? item)
    {
        if (node.Content is { } action)
        {
            return Result(action, item);
        }

        if (item is null)
        {
            throw AlternatorException.Validation("UpdateItem cannot update nested document path on non-existent item");
        }

        return item.TryGet(name, out var value)
            ? Apply(node, value, item)
            : throw AlternatorException.Validation($"UpdateItem cannot update document path: missing attribute {name}");
    }

    /// <summary>The union of two sets, or the sum of two numbers.</summary>
    public static AttributeValue Sum(AttributeValue left, AttributeValue right, string source) => (left, right) switch
    {
        (NumberValue a, NumberValue b) => new NumberValue(AlternatorNumber.Add(a.Value, b.Value)),
        (SetValue a, SetValue b) when a.Type == b.Type => a.Union(b),
        (NumberValue or SetValue, _) => throw AlternatorException.Validation(
            $"{source}: type mismatch, incorrect operand type for ADD: expected {left.Type}, got {right.Type}"),
        _ => throw AlternatorException.Validation($"{source}: an operand of ADD has an incorrect data type {left.Type}"),
    };

    /// <summary>What is left of a set, or null when nothing is.</summary>
    public static AttributeValue? Difference(AttributeValue left, AttributeValue right, string source) => (left, right) switch
    {
        (SetValue a, SetValue b) when a.Type == b.Type => a.Except(b),
        _ => throw AlternatorException.Validation($"{source}: type mismatch, DELETE can only take a set from a set of its type, got {left.Type} and {right.Type}"),
    };

    private static void CheckNumber(Operand operand)
    {
        if (operand is Constant { Value: not NumberValue and var value })
        {
            throw AlternatorException.Validation($"Invalid UpdateExpression: incorrect operand type: expected a number, got {value.Type}");
        }
    }

    private static bool NeedsRead(Operand operand) => operand switch
    {
        PathOperand => true,
        FunctionCall call => call.Arguments.Any(NeedsRead),
        _ => false,
    };

    private static AttributeValue? Result(UpdateAction action, Item? item)
    {
        const string Source = "UpdateExpression";
        switch (action)
        {
            case SetAction set:
                var left = Operand(set.Left, item);
                return set.Right is null ? left : Calculate(left, set.Operator, Operand(set.Right, item));
            case AddAction add:
                var addition = Functions.Evaluate(add.Value, item)!;
                return add.Path.Find(item) is { } old ? Sum(old, addition, Source) : addition;
            case DeleteAction delete:
                return delete.Path.Find(item) is { } from ? Difference(from, Functions.Evaluate(delete.Value, item)!, Source) : null;
            default:
                return null;
        }
    }

    private static AttributeValue Operand(Operand operand, Item? item) => Functions.Evaluate(operand, item)
        ?? throw AlternatorException.Validation(
            $"Invalid UpdateExpression: the provided expression refers to an attribute that does not exist in the item: {operand}");

    private static NumberValue Calculate(AttributeValue left, char sign, AttributeValue right) => (left, right) is (NumberValue a, NumberValue b)
        ? new NumberValue(sign == '+' ? AlternatorNumber.Add(a.Value, b.Value) : AlternatorNumber.Subtract(a.Value, b.Value))
        : throw AlternatorException.Validation(
            $"Invalid UpdateExpression: incorrect operand type for '{sign}': expected numbers, got {left.Type} and {right.Type}");

    // Null: the value goes away.
    private static AttributeValue? Apply(PathNode<UpdateAction> node, AttributeValue value, Item item)
    {
        if (node.Content is { } action)
        {
            return Result(action, item);
        }

        return (node, value) switch
        {
            ({ Members: { } members }, MapValue map) => new MapValue(ApplyToMap(members, map.Entries, item)),
            ({ Elements: { } elements }, ListValue list) => ApplyToList(elements, list, item),
            _ => throw InvalidPath(),
        };
    }

    private static Item ApplyToMap(Dictionary<string, PathNode<UpdateAction>> members, Item entries, Item item)
    {
        foreach (var (name, node) in members)
        {
            AttributeValue? changed;
            if (entries.TryGet(name, out var old))
            {
                changed = Apply(node, old, item);
            }
            else
            {
                changed = node.Content is { } action ? Result(action, item) : throw InvalidPath();
            }

            entries = changed is null ? entries.Without(name) : entries.With(name, changed);
        }

        return entries;
    }

    // Positions are those of the list as it was; what lies beyond its end is appended in their order.
    private static ListValue ApplyToList(SortedDictionary<int, PathNode<UpdateAction>> elements, ListValue list, Item item)
    {
        var changed = new List<AttributeValue>(list.Elements.Length + elements.Count);
        var appended = new List<AttributeValue>();
        for (var i = 0; i < list.Elements.Length; i++)
        {
            var value = elements.TryGetValue(i, out var node) ? Apply(node, list.Elements[i], item) : list.Elements[i];
            if (value is not null)
            {
                changed.Add(value);
            }
        }

        foreach (var (index, node) in elements)
        {
            if (index >= list.Elements.Length && (node.Content is { } action ? Result(action, item) : throw InvalidPath()) is { } value)
            {
                appended.Add(value);
            }
        }

        return new ListValue([.. changed, .. appended]);
    }

    private static AlternatorException InvalidPath() =>
        AlternatorException.Validation("Invalid UpdateExpression: document paths not valid for this item");
}
