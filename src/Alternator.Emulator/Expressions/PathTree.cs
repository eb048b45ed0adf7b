using System.Diagnostics.CodeAnalysis;
using Alternator.Emulator.Engine;
using Alternator.Emulator.Values;

namespace Alternator.Emulator.Expressions;

/// <summary>Document paths of one expression, merged where they share a beginning; each ends in something.</summary>
/// <remarks>
/// Two paths where one is the beginning of the other overlap; two that go on by name and by position from the same place
/// conflict. Both are refused, as in Alternator (alternator/attribute_path.hh).
/// </remarks>
internal sealed class PathTree<T>(string expression)
    where T : class
{
    private readonly Dictionary<string, PathNode<T>> _roots = new(StringComparer.Ordinal);

    /// <summary>The attributes that paths start at.</summary>
    public IReadOnlyDictionary<string, PathNode<T>> Roots => _roots;

    /// <summary>Adds a path.</summary>
    public void Add(AttributePath path, T content)
    {
        if (!_roots.TryGetValue(path.Root, out var node))
        {
            _roots.Add(path.Root, node = new PathNode<T>());
        }

        foreach (var step in path.Steps)
        {
            node = node.Step(step, expression, path);
        }

        node.End(content, expression, path);
    }

    /// <summary>The paths' part of an item.</summary>
    public Item Project(Item item)
    {
        var result = new Item.Builder(Math.Min(item.Count, _roots.Count));
        foreach (var (name, value) in item)
        {
            if (_roots.TryGetValue(name, out var node) && node.Project(value) is { } kept)
            {
                result.Set(name, kept);
            }
        }

        return result.Build();
    }
}

/// <summary>A place in a <see cref="PathTree{T}"/>: an end, names to go on by, or positions to go on by.</summary>
internal sealed class PathNode<T>
    where T : class
{
    private T? _content;

    /// <summary>What the path that ends here ends in; null when paths go on.</summary>
    public T? Content => _content;

    /// <summary>Where paths go on by name.</summary>
    public Dictionary<string, PathNode<T>>? Members { get; private set; }

    /// <summary>Where paths go on by position, ascending.</summary>
    public SortedDictionary<int, PathNode<T>>? Elements { get; private set; }

    /// <summary>The paths' part of a value, or null when nothing is left.</summary>
    public AttributeValue? Project(AttributeValue value)
    {
        if (Members is not null)
        {
            return value is MapValue map ? ProjectMap(map, Members) : null;
        }

        return Elements is null ? value : value is ListValue list ? ProjectList(list, Elements) : null;
    }

    internal PathNode<T> Step(PathStep step, string expression, AttributePath path)
    {
        if (_content is not null)
        {
            throw Overlap(expression, path);
        }

        if (step.Name is null ? Members is not null : Elements is not null)
        {
            throw AlternatorException.Validation($"Invalid {expression}: two document paths conflict at {path}");
        }

        PathNode<T>? next;
        if (step.Name is not null)
        {
            Members ??= new Dictionary<string, PathNode<T>>(StringComparer.Ordinal);
            if (!Members.TryGetValue(step.Name, out next))
            {
                Members.Add(step.Name, next = new PathNode<T>());
            }
        }
        else
        {
            Elements ??= [];
            if (!Elements.TryGetValue(step.Index, out next))
            {
                Elements.Add(step.Index, next = new PathNode<T>());
            }
        }

        return next;
    }

    [MemberNotNull(nameof(_content))]
    internal void End(T content, string expression, AttributePath path)
    {
        if (_content is not null || Members is not null || Elements is not null)
        {
            throw Overlap(expression, path);
        }

        _content = content;
    }

    private static AlternatorException Overlap(string expression, AttributePath path) =>
        AlternatorException.Validation($"Invalid {expression}: two document paths overlap at {path}");

    private static MapValue? ProjectMap(MapValue map, Dictionary<string, PathNode<T>> members)
    {
        var result = new Item.Builder(members.Count);
        foreach (var (name, value) in map.Entries)
        {
            if (members.TryGetValue(name, out var node) && node.Project(value) is { } kept)
            {
                result.Set(name, kept);
            }
        }

        return result.Count == 0 ? null : new MapValue(result.Build());
    }

    private static ListValue? ProjectList(ListValue list, SortedDictionary<int, PathNode<T>> elements)
    {
        var result = new List<AttributeValue>(elements.Count);
        foreach (var (index, node) in elements)
        {
            if (index < list.Elements.Length && node.Project(list.Elements[index]) is { } kept)
            {
                result.Add(kept);
            }
        }

        return result.Count == 0 ? null : new ListValue([.. result]);
    }
}
