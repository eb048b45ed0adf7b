using System.Text.Json;
using Alternator.Emulator.Engine;
using Alternator.Emulator.Values;

namespace Alternator.Emulator.Operations;

/// <summary>BatchWriteItem: checked as a whole before the first write, then written item by item.</summary>
internal static class BatchWriteItem
{
    public static void Execute(Call call)
    {
        var wantsCapacity = ConsumedCapacity.IsWanted(call);
        var writes = new List<(Table Table, ItemKey Key, Item? Item)>();
        foreach (var (table, requests) in Tables(call))
        {
            var keys = new HashSet<ItemKey>(ItemKeyComparer.Instance);
            foreach (var request in requests.EnumerateArray())
            {
                var (key, item) = ReadRequest(request, table);
                if (!keys.Add(key))
                {
                    throw AlternatorException.Validation("Provided list of item keys contains duplicates");
                }

                writes.Add((table, key, item));
            }
        }

        foreach (var table in writes.Select(write => write.Table).Distinct())
        {
            call.Authorize(Permission.Modify, table.Name);
        }

        foreach (var (table, key, item) in writes)
        {
            table.Write(key, _ => item);
        }

        call.Writer.WriteStartObject();
        call.Writer.WriteStartObject("UnprocessedItems");
        call.Writer.WriteEndObject();
        if (wantsCapacity)
        {
            ConsumedCapacity.Write(call.Writer, writes.GroupBy(write => write.Table.Name)
                .Select(group => (group.Key, group.Sum(write => ConsumedCapacity.OfWrite(write.Item?.Size ?? 0)))));
        }

        call.Writer.WriteEndObject();
    }

    private static IEnumerable<(Table Table, JsonElement Requests)> Tables(Call call)
    {
        if (call.Find("RequestItems") is not { ValueKind: JsonValueKind.Object } items)
        {
            throw AlternatorException.Validation("RequestItems must be given and an object");
        }

        var refusesEmpty = call.Engine.Options.Release.RefusesEmptyBatchWrites;
        if (refusesEmpty && items.GetPropertyCount() == 0)
        {
            throw AlternatorException.Validation("RequestItems can't be empty");
        }

        var count = 0;
        foreach (var property in items.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.Array || (refusesEmpty && property.Value.GetArrayLength() == 0))
            {
                throw AlternatorException.Validation("Member of RequestItems must be a non-empty array of WriteRequest objects");
            }

            count += property.Value.GetArrayLength();
        }

        var options = call.Engine.Options;
        var most = options.MaxItemsInBatchWrite ?? options.Release.MostItemsInBatchWrite;
        if (count > most)
        {
            throw AlternatorException.Validation(
                $"Invalid length of BatchWriteItem command, got {count} items, maximum is {most} (from configuration variable alternator_max_items_in_batch_write)");
        }

        return items.EnumerateObject().Select(property => (call.Engine.Tables.Get(JsonText.NameOf(property)), property.Value));
    }

    private static (ItemKey Key, Item? Item) ReadRequest(JsonElement request, Table table)
    {
        if (request.ValueKind != JsonValueKind.Object || request.GetPropertyCount() != 1)
        {
            throw AlternatorException.Validation("RequestItems element: expected an object with a single member");
        }

        if (Parameters.Find(request, "PutRequest") is { } put)
        {
            var item = Parameters.GetItem(put, "Item", "PutRequest");
            var key = table.Keys.KeyOf(item);
            ItemRules.Check(table, item);
            return (key, item);
        }

        return Parameters.Find(request, "DeleteRequest") is { } delete
            ? (table.Keys.KeyOnly(Parameters.GetItem(delete, "Key", "DeleteRequest")), null)
            : throw AlternatorException.Validation($"Unknown BatchWriteItem request type: {ValueReader.Excerpt(request)}");
    }
}
