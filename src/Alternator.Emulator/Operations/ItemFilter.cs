using Alternator.Emulator.Engine;
using Alternator.Emulator.Expressions;
using Alternator.Emulator.Values;

namespace Alternator.Emulator.Operations;

/// <summary>FilterExpression, or the older QueryFilter and ScanFilter: decides after reading which items are answered.</summary>
internal sealed class ItemFilter
{
    private readonly LegacyConditions? _legacy;
    private readonly Condition? _condition;

    private ItemFilter(LegacyConditions? legacy, Condition? condition)
    {
        _legacy = legacy;
        _condition = condition;
    }

    /// <summary>Reads the filter of a request.</summary>
    /// <param name="call">The request.</param>
    /// <param name="legacyName">QueryFilter or ScanFilter.</param>
    /// <param name="bindings">The names and values of the request.</param>
    public static ItemFilter Read(Call call, string legacyName, Bindings bindings)
    {
        var legacy = LegacyConditions.Read(call, legacyName);
        if (call.Find("FilterExpression") is not { } expression)
        {
            return legacy is not null && call.Find("ProjectionExpression") is not null
                ? throw Mixed(legacyName, "ProjectionExpression")
                : new ItemFilter(legacy, null);
        }

        if (legacy is not null)
        {
            throw AlternatorException.Validation($"FilterExpression and {legacyName} are not allowed together");
        }

        if (call.Find("AttributesToGet") is not null)
        {
            throw Mixed("AttributesToGet", "FilterExpression");
        }

        var condition = bindings.Bind(call.Engine.Expressions.Condition(ExpressionText.Of(expression, "FilterExpression"), "FilterExpression"));
        ConditionEvaluation.Check(condition, "FilterExpression");
        return new ItemFilter(null, condition);
    }

    /// <summary>True when the item passes.</summary>
    public bool Passes(Item item) => _legacy?.IsTrue(item) ?? (_condition is null || ConditionEvaluation.IsTrue(_condition, item));

    /// <summary>Refuses a filter on a key attribute, as Query does.</summary>
    public void CheckNotOnKey(KeySchema keys)
    {
        foreach (var key in new[] { keys.Hash, keys.Range })
        {
            if (key is not null && (_legacy?.Uses(key.Name) == true || (_condition is not null && ConditionEvaluation.Uses(_condition, key.Name))))
            {
                throw AlternatorException.Validation($"QueryFilter and FilterExpression can only contain non-primary key attributes, not {key.Name}");
            }
        }
    }

    private static AlternatorException Mixed(string old, string recent) => AlternatorException.Validation(
        $"Cannot use both old-style and new-style parameters in same request: {old} and {recent}");
}
