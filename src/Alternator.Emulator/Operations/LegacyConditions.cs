using System.Text.Json;
using Alternator.Emulator.Engine;
using Alternator.Emulator.Values;

namespace Alternator.Emulator.Operations;

/// <summary>The older form of conditions: Expected, QueryFilter and ScanFilter, joined by ConditionalOperator.</summary>
/// <remarks>Source: DynamoDB developer guide, "Legacy conditional parameters"; ScyllaDB's alternator/conditions.cc.</remarks>
internal sealed class LegacyConditions
{
    private readonly List<(string Attribute, Func<AttributeValue?, bool> IsTrue)> _conditions = [];
    private readonly bool _requireAll;

    private LegacyConditions(bool requireAll) => _requireAll = requireAll;

    /// <summary>Reads the parameter and ConditionalOperator; null when the parameter is not given.</summary>
    public static LegacyConditions? Read(Call call, string parameter)
    {
        var given = call.Find(parameter);
        var requireAll = true;
        if (call.Find("ConditionalOperator") is { } joined)
        {
            requireAll = joined.ValueKind == JsonValueKind.String && JsonText.StringOf(joined) is "AND" or "OR"
                ? JsonText.StringOf(joined) == "AND"
                : throw AlternatorException.Validation("'ConditionalOperator' parameter must be AND, OR or missing");
            if (given is null or { ValueKind: JsonValueKind.Object } && (given is null || given.Value.GetPropertyCount() == 0))
            {
                throw AlternatorException.Validation($"'ConditionalOperator' parameter cannot be specified for missing or empty {parameter}");
            }
        }

        if (given is not { } conditions)
        {
            return null;
        }

        if (conditions.ValueKind != JsonValueKind.Object)
        {
            throw AlternatorException.Validation($"'{parameter}' parameter, if given, must be an object");
        }

        var result = new LegacyConditions(requireAll);
        foreach (var property in conditions.EnumerateObject())
        {
            var name = JsonText.NameOf(property);
            result._conditions.Add((name, ReadOne(property.Value, parameter)));
        }

        return result;
    }

    /// <summary>True when the item (null: none) fulfils the conditions.</summary>
    public bool IsTrue(Item? item)
    {
        foreach (var (attribute, isTrue) in _conditions)
        {
            if (isTrue(item?[attribute]) != _requireAll)
            {
                return !_requireAll;
            }
        }

        return _requireAll;
    }

    /// <summary>True when there is a condition on the attribute.</summary>
    public bool Uses(string attribute) => _conditions.Exists(condition => condition.Attribute == attribute);

    private static Func<AttributeValue?, bool> ReadOne(JsonElement condition, string parameter)
    {
        var value = Parameters.Find(condition, "Value");
        var exists = Parameters.Find(condition, "Exists");
        var comparison = Parameters.Find(condition, "ComparisonOperator");
        if (parameter != "Expected" && comparison is null)
        {
            throw AlternatorException.Validation($"Missing ComparisonOperator in {parameter}");
        }

        if (comparison is not null)
        {
            if (value is not null || exists is not null)
            {
                throw AlternatorException.Validation($"Cannot combine {(value is not null ? "Value" : "Exists")} with ComparisonOperator");
            }

            return LegacyComparison.Read(comparison.Value, Parameters.Find(condition, "AttributeValueList"), parameter);
        }

        if (value is { } expected)
        {
            if (exists is { ValueKind: not JsonValueKind.True })
            {
                throw AlternatorException.Validation("Cannot combine Value with Exists!=true");
            }

            var constant = ValueReader.Read(expected, parameter);
            return got => got is not null && ValueComparer.AreEqual(got, constant);
        }

        return exists switch
        {
            null => throw AlternatorException.Validation("Missing ComparisonOperator, Value or Exists"),
            { ValueKind: JsonValueKind.False } => got => got is null,
            _ => throw AlternatorException.Validation("Exists!=false requires Value"),
        };
    }
}
