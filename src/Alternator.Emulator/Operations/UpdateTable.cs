using System.Text.Json;
using Alternator.Emulator.Engine;
using Alternator.Emulator.Streams;
using Alternator.Emulator.Values;

namespace Alternator.Emulator.Operations;

/// <summary>UpdateTable: adds or deletes one global index, switches the stream, changes BillingMode (without effect).</summary>
/// <remarks>Source: ScyllaDB's alternator/executor.cc, update_table.</remarks>
internal static class UpdateTable
{
    private static readonly string[] Unsupported = ["ProvisionedThroughput", "ReplicaUpdates", "SSESpecification"];

    public static void Execute(Call call)
    {
        foreach (var parameter in Unsupported)
        {
            if (call.Find(parameter) is not null)
            {
                throw AlternatorException.Validation($"{parameter} not supported");
            }
        }

        var hasBilling = call.Find("BillingMode") is not null;
        if (hasBilling)
        {
            TableDefinition.ReadThroughput(call.Request);
        }

        Table table;
        lock (call.Engine.Tables.DefinitionGate)
        {
            table = call.Table();
            var stream = StreamSpecification.Read(call, table.Name);
            if (call.Engine.Options.Release.HasVectorSearch && call.Find("VectorIndexUpdates") is not null)
            {
                throw AlternatorException.Validation("VectorIndexUpdates: vector search is not supported by this emulator");
            }

            var change = ReadIndexChange(call, table);
            if (!hasBilling && stream is null && change is null)
            {
                throw AlternatorException.Validation(
                    "UpdateTable requires one of GlobalSecondaryIndexUpdates, StreamSpecification or BillingMode to be specified");
            }

            call.Authorize(Permission.Alter, table.Name);
            stream?.Apply(call.Engine, table);
            change?.Invoke();
        }

        call.Writer.WriteStartObject();
        TableDescription.WriteRequest(call, table);
        call.Writer.WriteEndObject();
    }

    // What to do once everything else is checked; null when the request changes no index.
    private static Action? ReadIndexChange(Call call, Table table)
    {
        const string Name = "GlobalSecondaryIndexUpdates";
        if (call.Find(Name) is not { } updates)
        {
            return null;
        }

        if (updates.ValueKind != JsonValueKind.Array)
        {
            throw AlternatorException.Validation($"{Name} must be an array");
        }

        switch (updates.GetArrayLength())
        {
            case 0:
                return null;
            case > 1:
                throw AlternatorException.LimitExceeded($"{Name} only allows one index creation or deletion");
        }

        if (updates[0].ValueKind != JsonValueKind.Object || updates[0].GetPropertyCount() != 1)
        {
            throw AlternatorException.Validation($"{Name} array must contain one object with a Create, Delete or Update operation");
        }

        var update = updates[0].EnumerateObject().First();
        var operation = JsonText.NameOf(update);
        if (Parameters.Find(update.Value, "IndexName") is not { ValueKind: JsonValueKind.String } indexName)
        {
            throw AlternatorException.Validation($"{Name} operation must be an object and have IndexName");
        }

        var name = JsonText.StringOf(indexName);
        TableNames.CheckIndex(table.Name, name, isLocal: false);
        switch (operation)
        {
            case "Create":
                var index = ReadIndex(call, table, name, update.Value);
                return () => table.AddIndex(index);
            case "Delete":
                var found = table.FindIndex(name);
                return found is { IsLocal: false }
                    ? () => table.RemoveIndex(found)
                    : throw AlternatorException.ResourceNotFound($"No GSI {name} in table {table.Name}");
            default:
                throw AlternatorException.Validation(operation == "Update"
                    ? $"{Name} Update not yet supported"
                    : $"{Name} supports a Create, Delete or Update operation, saw '{operation}'");
        }
    }

    private static SecondaryIndex ReadIndex(Call call, Table table, string name, JsonElement create)
    {
        var definition = TableDefinition.Read(call.Find("AttributeDefinitions")
            ?? throw AlternatorException.Validation("GlobalSecondaryIndexUpdates Create needs AttributeDefinitions"));
        foreach (var keys in table.Indexes.Select(index => index.Keys).Prepend(table.Keys))
        {
            CheckSameTypes(definition, keys.Hash);
            CheckSameTypes(definition, keys.Range);
        }

        if (table.FindIndex(name) is { } existing)
        {
            throw AlternatorException.Validation(existing.IsLocal
                ? $"LSI {name} already exists in table {table.Name}, can't use same name for GSI"
                : $"GSI {name} already exists in table {table.Name}");
        }

        IndexDefinitions.CheckRacks(call.Engine, table);
        var index = new SecondaryIndex(name, isLocal: false, definition.ReadKeySchema(create), IndexBuild.Of(call.Engine.Options)) { MarksMissingRange = false };
        definition.CheckAllUsed();
        return index;
    }

    private static void CheckSameTypes(TableDefinition definition, KeyAttribute? key)
    {
        if (key is not null && definition.Types.TryGetValue(key.Name, out var type) && type != key.Type.ToString())
        {
            throw AlternatorException.Validation(
                $"AttributeDefinitions redefined {key.Name} to {type} already a key attribute of type {key.Type} in this table");
        }
    }
}
