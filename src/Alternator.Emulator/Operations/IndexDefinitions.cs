using System.Text.Json;
using Alternator.Emulator.Engine;
using Alternator.Emulator.Values;

namespace Alternator.Emulator.Operations;

/// <summary>Reads the secondary indexes of CreateTable. Projection is accepted and ignored, as in Alternator.</summary>
internal static class IndexDefinitions
{
    /// <summary>Reads LocalSecondaryIndexes and GlobalSecondaryIndexes.</summary>
    /// <remarks>On tablets the indexes of a new table are built by definition; on vnodes the building has to find out that there is nothing to do.</remarks>
    public static IReadOnlyList<SecondaryIndex> Read(Call call, string table, KeySchema keys, TableDefinition definition, bool onTablets)
    {
        var options = call.Engine.Options;
        var names = new HashSet<string>(StringComparer.Ordinal);
        var indexes = new List<SecondaryIndex>();
        foreach (var (element, name) in Elements(call, "LocalSecondaryIndexes", names))
        {
            TableNames.CheckIndex(table, name, isLocal: true);
            if (keys.Range is null)
            {
                throw AlternatorException.Validation("LocalSecondaryIndex requires that the base table have a range key");
            }

            indexes.Add(new SecondaryIndex(name, isLocal: true, ReadLocalKeys(element, keys, definition)));
        }

        foreach (var (element, name) in Elements(call, "GlobalSecondaryIndexes", names))
        {
            TableNames.CheckIndex(table, name, isLocal: false);
            indexes.Add(new SecondaryIndex(name, isLocal: false, definition.ReadKeySchema(element), onTablets ? null : IndexBuild.Of(options))
            {
                MarksMissingRange = options.Release.DescribesHashOnlyIndexes,
            });
        }

        return indexes;
    }

    /// <summary>Refuses indexes on tablets where racks and replicas don't match (alternator/executor.cc, assert_rf_rack_valid_keyspace).</summary>
    public static void CheckRacks(AlternatorEngine engine, Table table)
    {
        var options = engine.Options;
        if (options.AllowsIndexesOnTablets is { } allows && TableTags.UsesTablets(table.Tags, options.Release) && !allows())
        {
            throw AlternatorException.Validation(
                "GlobalSecondaryIndexes and LocalSecondaryIndexes on a table using tablets require the number of racks in the cluster to be either 1 or 3");
        }
    }

    private static KeySchema ReadLocalKeys(JsonElement element, KeySchema keys, TableDefinition definition)
    {
        var indexKeys = definition.ReadKeySchema(element);
        if (indexKeys.Hash.Name != keys.Hash.Name)
        {
            throw AlternatorException.Validation("LocalSecondaryIndex hash key must match the base table hash key");
        }

        if (indexKeys.Range is null)
        {
            throw AlternatorException.Validation("LocalSecondaryIndex must specify a sort key");
        }

        return indexKeys.Range.Name == keys.Hash.Name
            ? throw AlternatorException.Validation("LocalSecondaryIndex sort key cannot be the same as hash key")
            : indexKeys;
    }

    private static IEnumerable<(JsonElement Element, string Name)> Elements(Call call, string parameter, HashSet<string> names)
    {
        if (call.Find(parameter) is not { } list)
        {
            yield break;
        }

        if (list.ValueKind != JsonValueKind.Array)
        {
            throw AlternatorException.Validation($"{parameter} must be an array.");
        }

        foreach (var element in list.EnumerateArray())
        {
            if (Parameters.Find(element, "IndexName") is not { ValueKind: JsonValueKind.String } value)
            {
                throw AlternatorException.Validation($"{parameter} IndexName must be a string.");
            }

            var name = JsonText.StringOf(value);
            if (!names.Add(name))
            {
                throw AlternatorException.Validation($"Duplicate IndexName '{name}'");
            }

            yield return (element, name);
        }
    }
}
