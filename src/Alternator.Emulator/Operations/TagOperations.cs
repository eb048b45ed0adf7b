using System.Text.Json;
using Alternator.Emulator.Engine;
using Alternator.Emulator.Values;

namespace Alternator.Emulator.Operations;

/// <summary>TagResource, UntagResource and ListTagsOfResource.</summary>
internal static class TagOperations
{
    /// <summary>TagResource; the answer is empty.</summary>
    public static void Tag(Call call)
    {
        var table = Table(call);
        if (call.Find("Tags") is not { ValueKind: JsonValueKind.Array } tags)
        {
            throw AlternatorException.Validation("Cannot parse tags");
        }

        if (tags.GetArrayLength() == 0)
        {
            throw AlternatorException.Validation("The number of tags must be at least 1");
        }

        call.Authorize(Permission.Alter, table.Name);
        lock (call.Engine.Tables.DefinitionGate)
        {
            table.Tags = TableTags.Add(table.Tags, tags);
        }
    }

    /// <summary>UntagResource; the answer is empty.</summary>
    public static void Untag(Call call)
    {
        if (call.Find("TagKeys") is not { ValueKind: JsonValueKind.Array } keys)
        {
            // A missing ARN is reported first.
            Table(call);
            throw AlternatorException.Validation("Cannot parse tag keys");
        }

        var table = Table(call);
        call.Authorize(Permission.Alter, table.Name);
        lock (call.Engine.Tables.DefinitionGate)
        {
            table.Tags = TableTags.Remove(table.Tags, keys);
        }
    }

    /// <summary>ListTagsOfResource.</summary>
    public static void List(Call call)
    {
        var table = Table(call);
        call.Writer.WriteStartObject();
        call.Writer.WriteStartArray("Tags");
        foreach (var (key, value) in table.Tags)
        {
            call.Writer.WriteStartObject();
            call.Writer.WriteString("Key", key);
            call.Writer.WriteString("Value", value);
            call.Writer.WriteEndObject();
        }

        call.Writer.WriteEndArray();
        call.Writer.WriteEndObject();
    }

    private static Table Table(Call call)
    {
        if (call.Find("ResourceArn") is not { ValueKind: JsonValueKind.String } value)
        {
            throw AlternatorException.AccessDenied("Incorrect resource identifier");
        }

        var arn = JsonText.StringOf(value);
        var name = ResourceName.Parse(arn, "ResourceArn", string.Empty);
        return call.Engine.Tables.TryGet(name.Table, out var table) && table.Keyspace == name.Keyspace
            ? table
            : throw AlternatorException.ResourceNotFound($"ResourceArn: Invalid table ARN '{arn}' - not found");
    }
}
