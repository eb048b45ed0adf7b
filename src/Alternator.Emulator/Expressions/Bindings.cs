using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Alternator.Emulator.Engine;
using Alternator.Emulator.Values;

namespace Alternator.Emulator.Expressions;

/// <summary>ExpressionAttributeNames and ExpressionAttributeValues of a request: replaces references and notes which were used.</summary>
internal sealed class Bindings(JsonElement? names, JsonElement? values)
{
    private const int LongestName = 65535;

    private Dictionary<string, string>? _names;
    private Dictionary<string, AttributeValue>? _values;

    /// <summary>The path with its name references replaced.</summary>
    public AttributePath Bind(AttributePath path)
    {
        var root = Bind(path.Root);
        var steps = path.Steps;
        for (var i = 0; i < steps.Length; i++)
        {
            if (steps[i].Name is { } name && name[0] == '#')
            {
                steps = steps.SetItem(i, new PathStep(Bind(name), 0));
            }
        }

        return ReferenceEquals(root, path.Root) && steps == path.Steps ? path : new AttributePath(root, steps);
    }

    /// <summary>The operand with its references replaced.</summary>
    public Operand Bind(Operand operand) => operand switch
    {
        ValueReference reference => new Constant(Value(reference.Name)),
        PathOperand path => new PathOperand(Bind(path.Path)),
        FunctionCall call => call with { Arguments = BindAll(call.Arguments) },
        _ => operand,
    };

    /// <summary>The condition with its references replaced.</summary>
    public Condition Bind(Condition condition) => condition switch
    {
        SimpleCondition simple => simple with { Operands = BindAll(simple.Operands) },
        AllOf all => new AllOf([.. all.Conditions.Select(Bind)]),
        AnyOf any => new AnyOf([.. any.Conditions.Select(Bind)]),
        Not not => new Not(Bind(not.Condition)),
        _ => condition,
    };

    /// <summary>The action with its references replaced.</summary>
    public UpdateAction Bind(UpdateAction action) => action switch
    {
        SetAction set => new SetAction(Bind(set.Path), Bind(set.Left), set.Operator, set.Right is null ? null : Bind(set.Right)),
        RemoveAction remove => new RemoveAction(Bind(remove.Path)),
        AddAction add => new AddAction(Bind(add.Path), Bind(add.Value)),
        DeleteAction delete => new DeleteAction(Bind(delete.Path), Bind(delete.Value)),
        _ => action,
    };

    /// <summary>Refuses references that no expression used.</summary>
    public void CheckAllUsed(string operation)
    {
        CheckAllUsed(names, name => _names?.ContainsKey(name) == true, "ExpressionAttributeNames", operation);
        CheckAllUsed(values, name => _values?.ContainsKey(name) == true, "ExpressionAttributeValues", operation);
    }

    /// <summary>Refuses both parameters where no expression can use them.</summary>
    public void CheckNoneGiven(string missing)
    {
        if (names is not null || values is not null)
        {
            throw AlternatorException.Validation(
                $"{(names is not null ? "ExpressionAttributeNames" : "ExpressionAttributeValues")} cannot be used without {missing}");
        }
    }

    private static void CheckAllUsed(JsonElement? parameter, Func<string, bool> isUsed, string name, string operation)
    {
        if (parameter is not { } given)
        {
            return;
        }

        if (given.ValueKind != JsonValueKind.Object)
        {
            throw AlternatorException.Validation($"{name} must be an object");
        }

        foreach (var property in given.EnumerateObject())
        {
            var reference = JsonText.NameOf(property);
            if (!isUsed(reference))
            {
                throw AlternatorException.Validation($"{name} has spurious '{reference}', not used in {operation}");
            }
        }
    }

    private static JsonElement Find(JsonElement? parameter, string reference, string name)
    {
        if (parameter is not { } given)
        {
            throw AlternatorException.Validation($"{name} missing, entry '{reference}' required by expression");
        }

        if (given.ValueKind != JsonValueKind.Object)
        {
            throw AlternatorException.Validation($"{name} must be an object");
        }

        return JsonText.Find(given, reference)
            ?? throw AlternatorException.Validation($"{name} missing entry '{reference}' required by expression");
    }

    private ImmutableArray<Operand> BindAll(ImmutableArray<Operand> operands)
    {
        var bound = ImmutableArray.CreateBuilder<Operand>(operands.Length);
        foreach (var operand in operands)
        {
            bound.Add(Bind(operand));
        }

        return bound.MoveToImmutable();
    }

    private string Bind(string name)
    {
        if (name[0] != '#')
        {
            return name;
        }

        _names ??= new Dictionary<string, string>(StringComparer.Ordinal);
        if (_names.TryGetValue(name, out var bound))
        {
            return bound;
        }

        var value = Find(names, name, "ExpressionAttributeNames");
        if (value.ValueKind != JsonValueKind.String)
        {
            throw AlternatorException.Validation($"ExpressionAttributeNames entry '{name}' must be a string");
        }

        bound = JsonText.StringOf(value);
        var length = Encoding.UTF8.GetByteCount(bound);
        if (length is 0 or > LongestName)
        {
            throw AlternatorException.Validation(length == 0
                ? "ExpressionAttributeNames contains invalid value: Empty attribute name"
                : $"ExpressionAttributeNames contains invalid value: Attribute name is too large, must be less than {LongestName + 1} bytes");
        }

        _names.Add(name, bound);
        return bound;
    }

    private AttributeValue Value(string name)
    {
        _values ??= new Dictionary<string, AttributeValue>(StringComparer.Ordinal);
        if (!_values.TryGetValue(name, out var value))
        {
            value = ValueReader.Read(Find(values, name, "ExpressionAttributeValues"), "ExpressionAttributeValues");
            _values.Add(name, value);
        }

        return value;
    }
}
