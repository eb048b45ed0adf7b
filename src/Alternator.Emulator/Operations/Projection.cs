using System.Text.Json;
using Alternator.Emulator.Engine;
using Alternator.Emulator.Expressions;
using Alternator.Emulator.Values;

namespace Alternator.Emulator.Operations;

/// <summary>Which attributes of an item are answered: ProjectionExpression or the older AttributesToGet; null is all.</summary>
internal sealed class Projection
{
    private readonly PathTree<object> _paths;

    private Projection(PathTree<object> paths) => _paths = paths;

    /// <summary>Reads either parameter of an object, or null when neither is there.</summary>
    public static Projection? Read(Call call, JsonElement request, Bindings bindings)
    {
        var attributes = Parameters.Find(request, "AttributesToGet");
        var expression = Parameters.Find(request, "ProjectionExpression");
        return (attributes, expression) switch
        {
            (null, null) => null,
            ({ } list, null) => new Projection(ReadNames(list)),
            (null, { } text) => new Projection(ReadExpression(call, text, bindings)),
            _ => throw AlternatorException.Validation("A request does not allow both ProjectionExpression and AttributesToGet to be given together"),
        };
    }

    /// <summary>The part of the item that is asked for.</summary>
    public Item Apply(Item item) => _paths.Project(item);

    private static PathTree<object> ReadNames(JsonElement list)
    {
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0)
        {
            throw AlternatorException.Validation("AttributesToGet must be an array that is not empty. Select=COUNT returns no attributes");
        }

        var tree = new PathTree<object>("AttributesToGet");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var element in list.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.String)
            {
                throw AlternatorException.Validation("AttributesToGet must hold strings");
            }

            var name = JsonText.StringOf(element);
            ItemRules.CheckName(name, "AttributesToGet");
            if (!seen.Add(name))
            {
                throw AlternatorException.Validation($"Invalid AttributesToGet: Duplicate attribute: {name}");
            }

            tree.Add(new AttributePath(name, []), tree);
        }

        return tree;
    }

    private static PathTree<object> ReadExpression(Call call, JsonElement expression, Bindings bindings)
    {
        var tree = new PathTree<object>("ProjectionExpression");
        foreach (var path in call.Engine.Expressions.Projection(ExpressionText.Of(expression, "ProjectionExpression")))
        {
            tree.Add(bindings.Bind(path), tree);
        }

        return tree;
    }
}
