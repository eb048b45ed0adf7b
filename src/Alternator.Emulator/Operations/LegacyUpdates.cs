using System.Text.Json;
using Alternator.Emulator.Engine;
using Alternator.Emulator.Expressions;
using Alternator.Emulator.Values;

namespace Alternator.Emulator.Operations;

/// <summary>AttributeUpdates: PUT, ADD and DELETE by attribute.</summary>
/// <remarks>Source: DynamoDB developer guide, "AttributeUpdates (legacy)"; ScyllaDB's alternator/executor.cc, apply_attribute_updates.</remarks>
internal sealed class LegacyUpdates
{
    private const string Source = "AttributeUpdates";

    private readonly List<(string Name, string Action, AttributeValue? Value)> _updates = [];

    /// <summary>True when an update can't be done without knowing the item.</summary>
    public bool NeedsRead => _updates.Exists(update => update.Action == "ADD" || (update.Action == "DELETE" && update.Value is not null));

    /// <summary>Reads the parameter; null when it is not given.</summary>
    public static LegacyUpdates? Read(Call call, Table table)
    {
        if (call.Find(Source) is not { } given)
        {
            return null;
        }

        if (given.ValueKind != JsonValueKind.Object)
        {
            throw AlternatorException.Validation($"{Source} must be an object");
        }

        var result = new LegacyUpdates();
        foreach (var property in given.EnumerateObject())
        {
            var name = JsonText.NameOf(property);
            ItemRules.CheckName(name, Source);
            UpdateItem.CheckNotKey(table, name);
            var action = Parameters.FindString(property.Value, "Action") ?? "PUT";
            var value = Parameters.Find(property.Value, "Value") is { } element ? ValueReader.Read(element, Source) : null;
            Check(action, value);
            result._updates.Add((name, action, value));
        }

        return result;
    }

    /// <summary>The new values; null removes.</summary>
    public IEnumerable<(string Name, AttributeValue? Value)> Apply(Item? item)
    {
        foreach (var (name, action, value) in _updates)
        {
            var old = item?[name];
            yield return (name, action switch
            {
                "PUT" => value,
                "DELETE" => value is null || old is null ? null : UpdateEvaluation.Difference(old, value, Source),
                _ => Add(old, value!),
            });
        }
    }

    private static void Check(string action, AttributeValue? value)
    {
        switch (action)
        {
            case "PUT" or "ADD" when value is null:
                throw AlternatorException.Validation($"{Source} {action} requires a Value");
            case "DELETE" when value is not (null or SetValue):
                throw AlternatorException.Validation($"{Source} DELETE operation with Value only valid for sets, got type {value.Type}");
            case "ADD" when value is not (NumberValue or SetValue or ListValue):
                throw AlternatorException.Validation($"An operand in the {Source} ADD has an incorrect data type: {value!.Type}");
            case not ("PUT" or "ADD" or "DELETE"):
                throw AlternatorException.Validation($"Unknown Action value '{action}' in {Source}");
        }
    }

    private static AttributeValue Add(AttributeValue? old, AttributeValue value) => (old, value) switch
    {
        (null, _) => value,
        (ListValue a, ListValue b) => new ListValue([.. a.Elements, .. b.Elements]),
        _ when old.Type != value.Type => throw AlternatorException.Validation(
            $"Operand type mismatch in {Source} ADD. Expected {old.Type}, got {value.Type}"),
        _ => UpdateEvaluation.Sum(old, value, Source),
    };
}
