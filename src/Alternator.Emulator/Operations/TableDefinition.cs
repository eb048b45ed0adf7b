using System.Text;
using System.Text.Json;
using Alternator.Emulator.Engine;
using Alternator.Emulator.Values;

namespace Alternator.Emulator.Operations;

/// <summary>Reads the parts of CreateTable and UpdateTable that define keys: AttributeDefinitions, KeySchema and BillingMode.</summary>
/// <remarks>The order of the checks follows alternator/executor.cc, create_table_on_shard0 and update_table.</remarks>
internal sealed class TableDefinition
{
    private const int LongestKeyName = 255;

    // The column in which Alternator keeps all attributes that are no keys.
    private const string ReservedName = ":attrs";

    private readonly Dictionary<string, string> _types = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unused = new(StringComparer.Ordinal);

    private TableDefinition()
    {
    }

    /// <summary>The definitions, by attribute name.</summary>
    public IReadOnlyDictionary<string, string> Types => _types;

    /// <summary>Reads AttributeDefinitions.</summary>
    public static TableDefinition Read(JsonElement definitions)
    {
        if (definitions.ValueKind != JsonValueKind.Array)
        {
            throw AlternatorException.Validation("AttributeDefinitions must be an array");
        }

        var result = new TableDefinition();
        foreach (var definition in definitions.EnumerateArray())
        {
            var name = Text(definition, "AttributeName", "AttributeDefinitions");
            CheckKeyName(name, "AttributeDefinitions");
            if (!result._unused.Add(name))
            {
                throw AlternatorException.Validation($"Duplicate AttributeName={name} in AttributeDefinitions");
            }

            result._types.Add(name, Text(definition, "AttributeType", "AttributeDefinitions"));
        }

        return result;
    }

    /// <summary>Reads the KeySchema of a table or index.</summary>
    public KeySchema ReadKeySchema(JsonElement parent)
    {
        var (hash, range) = ReadKeyNames(parent);
        if (hash == range)
        {
            throw AlternatorException.Validation("KeySchema: the HASH key and the RANGE key must not be the same attribute");
        }

        return new KeySchema(Attribute(hash), range is null ? null : Attribute(range));
    }

    /// <summary>Refuses attributes that no key used.</summary>
    public void CheckAllUsed()
    {
        if (_unused.Count > 0)
        {
            throw AlternatorException.Validation(
                $"AttributeDefinitions defines spurious attributes not used by any KeySchema: {string.Join(", ", _unused)}");
        }
    }

    /// <summary>Reads BillingMode and ProvisionedThroughput; null stands for PAY_PER_REQUEST.</summary>
    public static (int Read, int Write)? ReadThroughput(JsonElement request)
    {
        var mode = Parameters.FindString(request, "BillingMode") ?? "PROVISIONED";
        var throughput = Parameters.Find(request, "ProvisionedThroughput");
        switch (mode)
        {
            case "PAY_PER_REQUEST" when throughput is not null:
                throw AlternatorException.Validation("When BillingMode=PAY_PER_REQUEST, ProvisionedThroughput cannot be specified.");
            case "PAY_PER_REQUEST":
                return null;
            case "PROVISIONED" when throughput is { } given:
                return (Units(given, "ReadCapacityUnits"), Units(given, "WriteCapacityUnits"));
            case "PROVISIONED":
                throw AlternatorException.Validation("When BillingMode=PROVISIONED, ProvisionedThroughput must be specified.");
            default:
                throw AlternatorException.Validation($"Unknown BillingMode={mode}. Must be PAY_PER_REQUEST or PROVISIONED.");
        }
    }

    // The parameter's path is spelled as DynamoDB spells it in its messages.
    private static int Units(JsonElement throughput, string name) => Parameters.FindInt(throughput, name)
        ?? throw AlternatorException.Validation(
            $"provisionedThroughput.{char.ToLowerInvariant(name[0])}{name[1..]} is missing, but BillingMode=PROVISIONED needs it");

    private static (string Hash, string? Range) ReadKeyNames(JsonElement parent)
    {
        var schema = Parameters.Find(parent, "KeySchema") ?? throw AlternatorException.Validation("Missing KeySchema member");
        if (schema.ValueKind != JsonValueKind.Array || schema.GetArrayLength() is < 1 or > 2)
        {
            throw AlternatorException.Validation("KeySchema must list exactly one or two key columns");
        }

        var hash = KeyName(schema[0], "HASH", "First");
        return (hash, schema.GetArrayLength() == 1 ? null : KeyName(schema[1], "RANGE", "Second"));
    }

    private static string KeyName(JsonElement element, string type, string position)
    {
        if (Parameters.Find(element, "KeyType") is not { ValueKind: JsonValueKind.String } keyType || JsonText.StringOf(keyType) != type)
        {
            throw AlternatorException.Validation($"{position} key in KeySchema must be a {type} key");
        }

        if (Parameters.Find(element, "AttributeName") is not { ValueKind: JsonValueKind.String } attribute)
        {
            throw AlternatorException.Validation($"{position} key in KeySchema must have string AttributeName");
        }

        var name = JsonText.StringOf(attribute);
        CheckKeyName(name, "KeySchema");
        return name;
    }

    private static void CheckKeyName(string name, string source)
    {
        var length = Encoding.UTF8.GetByteCount(name);
        if (length is 0 or > LongestKeyName)
        {
            throw AlternatorException.Validation(
                $"Attribute name in {source} must be 1 to {LongestKeyName} bytes long, got {length} bytes");
        }
    }

    private static string Text(JsonElement element, string name, string source) => Parameters.Find(element, name) switch
    {
        null => throw AlternatorException.Validation($"{name} missing in {source}"),
        { ValueKind: JsonValueKind.String } text => JsonText.StringOf(text),
        _ => throw AlternatorException.Validation($"{name} in {source} must be a string"),
    };

    private KeyAttribute Attribute(string name)
    {
        if (!_types.TryGetValue(name, out var type))
        {
            throw AlternatorException.Validation($"KeySchema key '{name}' missing in AttributeDefinitions");
        }

        if (name == ReservedName)
        {
            throw AlternatorException.Validation($"The key name '{ReservedName}' is reserved");
        }

        _unused.Remove(name);
        return new KeyAttribute(name, type switch
        {
            "S" => AttributeType.S,
            "N" => AttributeType.N,
            "B" => AttributeType.B,
            _ => throw AlternatorException.Validation($"Invalid key type '{type}', can only be S, B or N."),
        });
    }
}
