using System.Collections.Immutable;
using System.Text;
using Alternator.Emulator.Values;

namespace Alternator.Emulator.Expressions;

/// <summary>A step from a document into a part of it: by name into a map, or by position into a list.</summary>
internal readonly record struct PathStep(string? Name, int Index);

/// <summary>A document path: a top-level attribute and the steps into it. Before binding, names may be references (<c>#n</c>).</summary>
internal sealed record AttributePath(string Root, ImmutableArray<PathStep> Steps)
{
    /// <summary>Most levels of a path.</summary>
    public const int MaxDepth = 32;

    /// <summary>True when the path is a whole attribute.</summary>
    public bool IsTopLevel => Steps.IsEmpty;

    /// <summary>The value at the path, or null when there is none.</summary>
    public AttributeValue? Find(Item? item)
    {
        var value = item?[Root];
        foreach (var step in Steps)
        {
            value = value switch
            {
                MapValue map when step.Name is not null => map.Entries[step.Name],
                ListValue list when step.Name is null && step.Index < list.Elements.Length => list.Elements[step.Index],
                _ => null,
            };
        }

        return value;
    }

    public override string ToString()
    {
        var text = new StringBuilder(Root);
        foreach (var step in Steps)
        {
            _ = step.Name is null ? text.Append('[').Append(step.Index).Append(']') : text.Append('.').Append(step.Name);
        }

        return text.ToString();
    }
}

/// <summary>Something that has a value: a reference, a path, or a function of others.</summary>
internal abstract record Operand;

/// <summary>A reference to ExpressionAttributeValues; gone after binding.</summary>
internal sealed record ValueReference(string Name) : Operand;

/// <summary>A value of the request; there after binding.</summary>
internal sealed record Constant(AttributeValue Value) : Operand;

/// <summary>The value of an attribute or a part of it.</summary>
internal sealed record PathOperand(AttributePath Path) : Operand;

/// <summary>A function call.</summary>
internal sealed record FunctionCall(string Name, ImmutableArray<Operand> Arguments) : Operand;

/// <summary>What a simple condition does with its operands.</summary>
internal enum ConditionOperator
{
    /// <summary>A function by itself.</summary>
    Function,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Between,
    In,
}

/// <summary>A condition on an item.</summary>
internal abstract record Condition;

/// <summary>A comparison, BETWEEN, IN, or a function.</summary>
internal sealed record SimpleCondition(ConditionOperator Operator, ImmutableArray<Operand> Operands) : Condition;

/// <summary>Conditions joined by AND.</summary>
internal sealed record AllOf(ImmutableArray<Condition> Conditions) : Condition;

/// <summary>Conditions joined by OR.</summary>
internal sealed record AnyOf(ImmutableArray<Condition> Conditions) : Condition;

/// <summary>The opposite of a condition.</summary>
internal sealed record Not(Condition Condition) : Condition;

/// <summary>One action of an update expression.</summary>
internal abstract record UpdateAction(AttributePath Path);

/// <summary>SET path = left, or left + right, or left - right.</summary>
internal sealed record SetAction(AttributePath Path, Operand Left, char Operator, Operand? Right) : UpdateAction(Path);

/// <summary>REMOVE path.</summary>
internal sealed record RemoveAction(AttributePath Path) : UpdateAction(Path);

/// <summary>ADD path :value.</summary>
internal sealed record AddAction(AttributePath Path, Operand Value) : UpdateAction(Path);

/// <summary>DELETE path :value.</summary>
internal sealed record DeleteAction(AttributePath Path, Operand Value) : UpdateAction(Path);
