using System.Text.Json;
using Alternator.Emulator.Engine;
using Alternator.Emulator.Expressions;
using Alternator.Emulator.Values;

namespace Alternator.Emulator.Operations;

/// <summary>BatchGetItem. There is no limit on the number of items in Alternator, and nothing is ever left unprocessed here.</summary>
internal static class BatchGetItem
{
    public static void Execute(Call call)
    {
        if (call.Find("RequestItems") is not { ValueKind: JsonValueKind.Object } items || items.GetPropertyCount() == 0)
        {
            throw AlternatorException.Validation("BatchGetItem requires at least one table in RequestItems");
        }

        var wantsCapacity = ConsumedCapacity.IsWanted(call);
        var reads = items.EnumerateObject().Select(property => TableRead.Read(call, property)).ToArray();
        foreach (var read in reads)
        {
            call.Authorize(Permission.Select, read.Table.Name);
        }

        var writer = call.Writer;
        writer.WriteStartObject();
        writer.WriteStartObject("Responses");
        foreach (var read in reads.Where(read => read.Keys.Count > 0))
        {
            writer.WriteStartArray(read.Table.Name);
            read.Execute(writer);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
        writer.WriteStartObject("UnprocessedKeys");
        writer.WriteEndObject();
        if (wantsCapacity)
        {
            ConsumedCapacity.Write(writer, reads.Select(read => (read.Table.Name, read.Units)));
        }

        writer.WriteEndObject();
    }

    private sealed class TableRead(Table table, IReadOnlyCollection<ItemKey> keys, Projection? projection, bool consistent)
    {
        public Table Table { get; } = table;

        public IReadOnlyCollection<ItemKey> Keys { get; } = keys;

        public double Units { get; private set; }

        public static TableRead Read(Call call, JsonProperty property)
        {
            var table = call.Engine.Tables.Get(JsonText.NameOf(property));
            var request = property.Value;
            var consistent = GetItem.IsConsistent(request);
            var bindings = new Bindings(Parameters.Find(request, "ExpressionAttributeNames"), null);
            var projection = Projection.Read(call, request, bindings);
            bindings.CheckAllUsed("GetItem");
            if (Parameters.Find(request, "Keys") is not { ValueKind: JsonValueKind.Array } list)
            {
                throw AlternatorException.Validation("BatchGetItem requires an array of Keys for each table");
            }

            var keys = new HashSet<ItemKey>(ItemKeyComparer.Instance);
            foreach (var element in list.EnumerateArray())
            {
                if (element.ValueKind != JsonValueKind.Object)
                {
                    throw AlternatorException.Validation("Keys in BatchGetItem must be objects");
                }

                if (!keys.Add(table.Keys.KeyOnly(ValueReader.ReadItem(element, "BatchGetItem"))))
                {
                    throw AlternatorException.Validation("Provided list of item keys contains duplicates");
                }
            }

            return new TableRead(table, keys, projection, consistent);
        }

        public void Execute(Utf8JsonWriter writer)
        {
            foreach (var key in Keys)
            {
                if (Table.Get(key) is { } item)
                {
                    Units += ConsumedCapacity.OfRead(item.Size, consistent);
                    ValueWriter.Write(writer, projection is null ? item : projection.Apply(item));
                }
            }
        }
    }
}
