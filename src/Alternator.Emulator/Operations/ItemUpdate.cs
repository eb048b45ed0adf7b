using Alternator.Emulator.Engine;
using Alternator.Emulator.Expressions;
using Alternator.Emulator.Values;

namespace Alternator.Emulator.Operations;

/// <summary>One update of one item, with what has to be known of it for ReturnValues.</summary>
internal sealed class ItemUpdate(Table table, Item key, PathTree<UpdateAction>? expression, LegacyUpdates? legacy)
{
    private readonly HashSet<string> _set = new(StringComparer.Ordinal);
    private readonly HashSet<string> _touched = new(StringComparer.Ordinal);
    private Item? _after;

    /// <summary>The item after the update; null when there is still none.</summary>
    public Item? Apply(Item? before)
    {
        var after = before ?? key;
        var anySet = false;
        var anyRemoved = false;
        foreach (var (name, value) in Changes(before))
        {
            _touched.Add(name);
            if (value is null)
            {
                anyRemoved = true;
                after = after.Without(name);
                continue;
            }

            anySet = true;
            _set.Add(name);
            ItemRules.CheckIndexKey(table, name, value);
            ItemRules.CheckDepth(value);
            after = after.With(name, value);
        }

        _after = before is null && anyRemoved && !anySet ? null : after;
        return _after;
    }

    /// <summary>What the answer holds; null for nothing.</summary>
    public Item? Attributes(ReturnValues values, Item? old) => values switch
    {
        ReturnValues.AllOld => old,
        ReturnValues.AllNew => _after,
        ReturnValues.UpdatedOld => NullIfEmpty(Part(old, _touched)),
        ReturnValues.UpdatedNew => NullIfEmpty(Part(_after, _set)),
        _ => null,
    };

    private static Item? NullIfEmpty(Item? item) => item is null || item.Count == 0 ? null : item;

    private IEnumerable<(string Name, AttributeValue? Value)> Changes(Item? before)
    {
        if (expression is not null)
        {
            foreach (var (name, node) in expression.Roots)
            {
                yield return (name, UpdateEvaluation.Apply(node, name, before));
            }
        }

        if (legacy is not null)
        {
            foreach (var change in legacy.Apply(before))
            {
                yield return change;
            }
        }
    }

    private Item? Part(Item? item, HashSet<string> names)
    {
        if (item is null)
        {
            return null;
        }

        var result = new Item.Builder(names.Count);
        foreach (var name in names)
        {
            if (item[name] is { } value && (expression is null ? value : expression.Roots[name].Project(value)) is { } part)
            {
                result.Set(name, part);
            }
        }

        return result.Build();
    }
}
