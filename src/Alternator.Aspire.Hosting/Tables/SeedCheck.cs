using System.Globalization;
using Amazon.DynamoDBv2.Model;

namespace Aspire.Hosting.Tables;

/// <summary>
/// Finds the items that the server would refuse, before any is written: it refuses a whole batch without saying which item of it was meant.
/// </summary>
internal static class SeedCheck
{
    public static void Check(TableDeclaration table, IReadOnlyList<SeedEntry> entries)
    {
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (SeedEntry entry in entries)
        {
            foreach (TableKey key in table.KeyAttributes)
            {
                if (!entry.Item.TryGetValue(key.Name, out AttributeValue? value))
                    throw Bad(entry, $"lacks the key '{key.Name}' of the table '{table.TableName}'");
                if (Letter(value) != key.Letter)
                    throw Bad(entry, $"has the key '{key.Name}' as {Letter(value)}, and the table '{table.TableName}' has it as {key.Letter}");
                if (value is { S: "" } || value.B is { Length: 0 })
                    throw Bad(entry, $"has an empty key '{key.Name}'");
            }
            foreach (TableKey key in table.IndexAttributes)
            {
                if (entry.Item.TryGetValue(key.Name, out AttributeValue? value) && Letter(value) != key.Letter)
                    throw Bad(entry, $"has '{key.Name}' as {Letter(value)}, and an index of the table '{table.TableName}' has it as {key.Letter}");
            }
            string identity = string.Join('\u001f', table.KeyAttributes.Select(key => Text(entry.Item[key.Name])));
            if (!seen.TryAdd(identity, entry.Place))
                throw Bad(entry, $"has the same key as {seen[identity]}");
        }
    }

    private static DistributedApplicationException Bad(SeedEntry entry, string what) => new($"The seed data {entry.Place} {what}.");

    private static string Letter(AttributeValue value) =>
        value.S is not null ? "S" : value.N is not null ? "N" : value.B is not null ? "B" : value.BOOL is not null ? "BOOL" : value.NULL is not null ? "NULL"
        : value.SS is { Count: > 0 } ? "SS" : value.NS is { Count: > 0 } ? "NS" : value.BS is { Count: > 0 } ? "BS" : value.IsMSet ? "M" : "L";

    /// <summary>The same text for the same key: 1, 1.0 and 1e0 are one number.</summary>
    private static string Text(AttributeValue value) =>
        value.B is { } bytes ? Convert.ToHexString(bytes.ToArray())
        : value.N is { } number ? decimal.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal exact) ? exact.ToString("G29", CultureInfo.InvariantCulture) : number
        : value.S;
}
