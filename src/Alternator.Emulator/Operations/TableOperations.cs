using Alternator.Emulator.Engine;

namespace Alternator.Emulator.Operations;

/// <summary>DescribeTable, DeleteTable and ListTables.</summary>
internal static class TableOperations
{
    private const int MostListed = 100;

    /// <summary>DescribeTable.</summary>
    public static void Describe(Call call)
    {
        var table = call.Table();
        call.Writer.WriteStartObject();
        TableDescription.Write(call, "Table", table);
        call.Writer.WriteEndObject();
    }

    /// <summary>DeleteTable: answers DELETING, and the table is gone.</summary>
    public static void Delete(Call call)
    {
        Table table;
        lock (call.Engine.Tables.DefinitionGate)
        {
            table = call.Table();
            call.Authorize(Permission.Drop, table.Name);
            call.Engine.Tables.Remove(table);
        }

        call.Writer.WriteStartObject();
        TableDescription.Write(call, "TableDescription", table, "DELETING");
        call.Writer.WriteEndObject();
    }

    /// <summary>ListTables, in the order of the names. ScyllaDB has no particular order.</summary>
    public static void List(Call call)
    {
        var limit = Parameters.FindInt(call.Request, "Limit") ?? MostListed;
        if (limit is < 1 or > MostListed)
        {
            throw AlternatorException.Validation($"Limit must be greater than 0 and no greater than {MostListed}");
        }

        var after = call.FindString("ExclusiveStartTableName");
        var names = call.Engine.Tables.All.Select(table => table.Name).Order(StringComparer.Ordinal)
            .Where(name => after is null || string.CompareOrdinal(name, after) > 0)
            .Take(limit + 1).ToArray();
        call.Writer.WriteStartObject();
        call.Writer.WriteStartArray("TableNames");
        foreach (var name in names.Take(limit))
        {
            call.Writer.WriteStringValue(name);
        }

        call.Writer.WriteEndArray();
        if (names.Length > limit)
        {
            call.Writer.WriteString("LastEvaluatedTableName", names[limit - 1]);
        }

        call.Writer.WriteEndObject();
    }
}
