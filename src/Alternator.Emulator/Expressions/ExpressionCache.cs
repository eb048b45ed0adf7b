using System.Collections.Concurrent;
using System.Collections.Immutable;
using Alternator.Emulator.Engine;

namespace Alternator.Emulator.Expressions;

/// <summary>Keeps parsed expressions by their text. A full cache is emptied; only expressions that parse are kept.</summary>
/// <remarks>ScyllaDB keeps 2000 per shard and drops the least recently used one.</remarks>
internal sealed class ExpressionCache
{
    private const int Capacity = 2000;

    private readonly ConcurrentDictionary<string, Condition> _conditions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ImmutableArray<UpdateAction>> _updates = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ImmutableArray<AttributePath>> _projections = new(StringComparer.Ordinal);

    /// <summary>The condition of a text.</summary>
    /// <exception cref="AlternatorException">The text is no condition.</exception>
    public Condition Condition(string text, string parameter) =>
        Get(_conditions, text, parameter, ExpressionParser.ParseCondition);

    /// <summary>The actions of an update expression.</summary>
    /// <exception cref="AlternatorException">The text is no update expression.</exception>
    public ImmutableArray<UpdateAction> Update(string text) =>
        Get(_updates, text, "UpdateExpression", ExpressionParser.ParseUpdate);

    /// <summary>The paths of a projection expression.</summary>
    /// <exception cref="AlternatorException">The text is no projection expression.</exception>
    public ImmutableArray<AttributePath> Projection(string text) =>
        Get(_projections, text, "ProjectionExpression", ExpressionParser.ParseProjection);

    private static T Get<T>(ConcurrentDictionary<string, T> cache, string text, string parameter, Func<string, T> parse)
    {
        if (cache.TryGetValue(text, out var cached))
        {
            return cached;
        }

        T parsed;
        try
        {
            parsed = parse(text);
        }
        catch (ExpressionSyntaxException exception)
        {
            throw AlternatorException.Validation($"Invalid {parameter}: {exception.Message}");
        }

        if (cache.Count >= Capacity)
        {
            cache.Clear();
        }

        cache[text] = parsed;
        return parsed;
    }
}
