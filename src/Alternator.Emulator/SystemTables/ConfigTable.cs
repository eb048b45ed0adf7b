using System.Globalization;
using Alternator.Emulator.Engine;
using Alternator.Emulator.Values;

namespace Alternator.Emulator.SystemTables;

/// <summary><c>system.config</c>: the settings in force, and where they came from.</summary>
internal static class ConfigTable
{
    public static IReadOnlyList<Item> Rows(LiveSettings settings, EmulatorNode node)
    {
        var rows = new List<Item>
        {
            Row("alternator_address", "string", $"\"{node.Place.Listen}\"", "cmdline"),
            Row("alternator_port", "uint16_t", Port(node.Http), "cmdline"),
            Row("alternator_https_port", "uint16_t", Port(node.Https), "cmdline"),
        };
        foreach ((string name, string type, string value, bool changed) in settings.All) rows.Add(Row(name, type, value, changed ? "cql" : "default"));
        return rows;
    }

    /// <summary>Takes a row with a changed value; false when the table can't be written.</summary>
    /// <exception cref="AlternatorException">There is no such option, it can't change while the cluster runs, or the value is none of its type.</exception>
    public static bool TryWrite(LiveSettings settings, Item row)
    {
        if (!settings.AllowSystemTableWrite || row["name"] is not StringValue name || row["value"] is not StringValue value) return false;
        return settings.TryChange(name.ToString(), value.ToString())
            ? true
            : throw AlternatorException.Validation($"{name} can't be set to {value}: there is no such option, it can't change while the cluster runs, or the value is not of its type");
    }

    private static string Port(Nodes.NodeListener? listener) => (listener?.EndPoint.Port ?? 0).ToString(CultureInfo.InvariantCulture);

    private static Item Row(string name, string type, string value, string source) => Item.Create(
        ("name", AttributeValue.String(name)),
        ("source", AttributeValue.String(source)),
        ("type", AttributeValue.String(type)),
        ("value", AttributeValue.String(value)));
}
