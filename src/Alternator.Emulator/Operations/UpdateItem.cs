using System.Runtime.InteropServices;
using System.Text.Json;
using Alternator.Emulator.Engine;
using Alternator.Emulator.Expressions;
using Alternator.Emulator.Values;

namespace Alternator.Emulator.Operations;

/// <summary>UpdateItem, by UpdateExpression or by the older AttributeUpdates.</summary>
/// <remarks>
/// An update makes the item when it is not there, unless all that it did was to remove attributes.
/// Source: DynamoDB API reference, UpdateItem; ScyllaDB's alternator/executor.cc, update_item_operation.
/// </remarks>
internal static class UpdateItem
{
    public static void Execute(Call call)
    {
        var request = new WriteRequest(call, "UpdateItem", isUpdate: true);
        var table = request.Table;
        var keyItem = Parameters.GetItem(call.Request, "Key", "UpdateItem");
        var key = table.Keys.KeyOnly(keyItem);
        var updates = ReadExpression(call, request);
        var legacy = LegacyUpdates.Read(call, table);
        request.ReadConditions();
        request.Bindings.CheckAllUsed("UpdateItem");
        CheckCombination(request, updates is not null, legacy is not null);
        var needsRead = NeedsRead(updates, legacy, request.ReturnValues);
        request.CheckAllowed(needsRead);
        var update = new ItemUpdate(table, keyItem, updates, legacy);
        var old = request.Write(key, update.Apply);
        var read = needsRead || request.HasExpected || request.HasConditionExpression;
        request.Answer(update.Attributes(request.ReturnValues, old), Math.Max(RequestSize(call, keyItem), read ? old?.Size ?? 0 : 0));
    }

    private static PathTree<UpdateAction>? ReadExpression(Call call, WriteRequest request)
    {
        if (call.Find("UpdateExpression") is not { } expression)
        {
            return null;
        }

        var tree = new PathTree<UpdateAction>("UpdateExpression");
        foreach (var parsed in call.Engine.Expressions.Update(ExpressionText.Of(expression, "UpdateExpression")))
        {
            var action = request.Bindings.Bind(parsed);
            UpdateEvaluation.Check(action);
            tree.Add(action.Path, action);
            CheckNotKey(request.Table, action.Path.Root);
        }

        return tree;
    }

    private static void CheckCombination(WriteRequest request, bool hasExpression, bool hasLegacy)
    {
        var (old, recent) = (hasExpression, hasLegacy) switch
        {
            (true, true) => ("AttributeUpdates", "UpdateExpression"),
            (true, _) when request.HasExpected => ("Expected", "UpdateExpression"),
            (_, true) when request.HasConditionExpression => ("AttributeUpdates", "ConditionExpression"),
            _ => default,
        };
        if (old is not null)
        {
            throw AlternatorException.Validation($"UpdateItem does not allow both old-style {old} and new-style {recent} to be given together");
        }
    }

    private static bool NeedsRead(PathTree<UpdateAction>? updates, LegacyUpdates? legacy, ReturnValues values) =>
        values is not (ReturnValues.None or ReturnValues.UpdatedNew) ||
        legacy?.NeedsRead == true ||
        (updates is not null && updates.Roots.Values.Any(node => node.Content is not { } action || UpdateEvaluation.NeedsRead(action)));

    internal static void CheckNotKey(Table table, string attribute)
    {
        if (table.Keys.Contains(attribute))
        {
            throw AlternatorException.Validation($"UpdateItem cannot update key column {attribute}");
        }
    }

    // Alternator estimates by the key's values and the length of names and values in the request.
    private static long RequestSize(Call call, Item key)
    {
        long size = 0;
        foreach (var value in key.Values)
        {
            size += ValueSize.Of(value);
        }

        return size + Estimate(call.Find("ExpressionAttributeNames")) + Estimate(call.Find("ExpressionAttributeValues"));
    }

    private static long Estimate(JsonElement? element) => element switch
    {
        { ValueKind: JsonValueKind.String } text => JsonMarshal.GetRawUtf8Value(text).Length - 2,
        { ValueKind: JsonValueKind.Number } => 8,
        { ValueKind: JsonValueKind.True or JsonValueKind.False } => 5,
        { ValueKind: JsonValueKind.Array } list => list.EnumerateArray().Sum(part => Estimate(part)),
        { ValueKind: JsonValueKind.Object } map => map.EnumerateObject().Sum(part => JsonText.NameOf(part).Length + Estimate(part.Value)),
        _ => 0,
    };
}
