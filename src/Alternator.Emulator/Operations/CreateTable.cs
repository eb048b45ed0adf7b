using System.Text.Json;
using Alternator.Emulator.Engine;
using Alternator.Emulator.Streams;

namespace Alternator.Emulator.Operations;

/// <summary>CreateTable: the table is usable when the answer arrives.</summary>
internal static class CreateTable
{
    public static void Execute(Call call)
    {
        var options = call.Engine.Options;
        var name = call.TableName();
        TableNames.Check(name, options.Release);
        if (name.StartsWith(TableNames.SystemPrefix, StringComparison.Ordinal))
        {
            throw AlternatorException.Validation($"Prefix {TableNames.SystemPrefix} is reserved for accessing internal tables");
        }

        var definition = TableDefinition.Read(
            call.Find("AttributeDefinitions")
            ?? throw AlternatorException.Validation("Missing AttributeDefinitions in CreateTable request"));
        var keys = definition.ReadKeySchema(call.Request);
        var throughput = TableDefinition.ReadThroughput(call.Request);
        var tags = call.Find("Tags") is { ValueKind: JsonValueKind.Array } list ? TableTags.Add(TableTags.None, list) : TableTags.None;
        var indexes = IndexDefinitions.Read(call, name, keys, definition, onTablets: TableTags.UsesTablets(tags, options.Release));
        definition.CheckAllUsed();
        RefuseUnsupported(call);
        var stream = StreamSpecification.Read(call, name);
        call.Authorize(Permission.Create, name);
        var table = new Table(name, call.Engine.NewId(), options.TimeProvider.GetUtcNow(), keys)
        {
            Throughput = throughput,
            Tags = tags,
        };

        if (stream is { Enabled: true })
        {
            stream.Apply(call.Engine, table);
        }

        if (indexes.Count > 0)
        {
            IndexDefinitions.CheckRacks(call.Engine, table);
        }

        foreach (var index in indexes)
        {
            table.AddIndex(index);
        }

        lock (call.Engine.Tables.DefinitionGate)
        {
            if (!call.Engine.Tables.TryAdd(table))
            {
                throw AlternatorException.ResourceInUse($"Table {name} already exists");
            }
        }

        call.Writer.WriteStartObject();
        TableDescription.WriteRequest(call, table);
        call.Writer.WriteEndObject();
    }

    private static void RefuseUnsupported(Call call)
    {
        if (call.Engine.Options.Release.HasVectorSearch && call.Find("VectorIndexes") is { } vectors && !(vectors.ValueKind == JsonValueKind.Array && vectors.GetArrayLength() == 0))
        {
            throw AlternatorException.Validation("VectorIndexes: vector search is not supported by this emulator");
        }

        if (call.Find("SSESpecification") is { ValueKind: JsonValueKind.Object } encryption)
        {
            switch (Parameters.Find(encryption, "Enabled")?.ValueKind)
            {
                case JsonValueKind.True:
                    throw AlternatorException.Validation("SSESpecification: configuring encryption-at-rest is not yet supported.");
                case not JsonValueKind.False:
                    throw AlternatorException.Validation("SSESpecification needs boolean Enabled");
            }
        }
    }
}
