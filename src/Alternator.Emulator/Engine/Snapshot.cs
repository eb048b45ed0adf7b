using System.Text.Json;
using Alternator.Emulator.Streams;
using Alternator.Emulator.Values;

namespace Alternator.Emulator.Engine;

/// <summary>Writes all tables to a file and reads them back.</summary>
/// <remarks>
/// Lines of JSON: a header, then for each table its definition and its items in the API's own form. Each table is
/// written as it is at one moment, the tables one after the other. Records of streams are not kept: a stream that was
/// enabled is enabled again, empty and with a new ARN.
/// </remarks>
internal static class Snapshot
{
    private const string Format = "alternator-emulator-snapshot";
    private const int Version = 1;

    private static readonly JsonDocumentOptions ReadOptions = new() { MaxDepth = 200 };

    /// <summary>Writes the tables; the file appears only when it is complete.</summary>
    public static void Save(TableCatalog tables, string path)
    {
        var unfinished = path + ".tmp";
        using (var file = File.Create(unfinished))
        {
            using var writer = new Utf8JsonWriter(file, AlternatorEngine.WriteOptions);
            Line(writer, file, () =>
            {
                writer.WriteString("format", Format);
                writer.WriteNumber("version", Version);
            });
            foreach (var table in tables.All.OrderBy(table => table.Name, StringComparer.Ordinal))
            {
                Line(writer, file, () => WriteTable(writer, table));
                foreach (var item in table.Items())
                {
                    Line(writer, file, () =>
                    {
                        writer.WritePropertyName("item");
                        ValueWriter.Write(writer, item);
                    });
                }
            }
        }

        File.Move(unfinished, path, overwrite: true);
    }

    /// <summary>Reads the tables of a file.</summary>
    /// <exception cref="InvalidDataException">The file is no snapshot, or is damaged; the message names the line.</exception>
    public static List<Table> Load(AlternatorEngine engine, string path)
    {
        var tables = new List<Table>();
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            try
            {
                using var document = JsonDocument.Parse(line, ReadOptions);
                var root = document.RootElement;
                if (number == 1)
                {
                    CheckHeader(root);
                }
                else if (root.TryGetProperty("item", out var item))
                {
                    var read = ValueReader.ReadItem(item, "item");
                    tables[^1].Write(tables[^1].Keys.KeyOf(read), _ => read);
                }
                else
                {
                    tables.Add(ReadTable(engine, root.GetProperty("table")));
                }
            }
            catch (Exception exception) when (exception is JsonException or AlternatorException or KeyNotFoundException
                or InvalidOperationException or FormatException or ArgumentException)
            {
                throw new InvalidDataException($"{path}: line {number} is not a line of a snapshot: {exception.Message}", exception);
            }
        }

        return number > 0 ? tables : throw new InvalidDataException($"{path} is empty and no snapshot");
    }

    private static void CheckHeader(JsonElement header)
    {
        if (header.GetProperty("format").GetString() != Format || header.GetProperty("version").GetInt32() != Version)
        {
            throw new FormatException($"expected format {Format}, version {Version}");
        }
    }

    private static void Line(Utf8JsonWriter writer, FileStream file, Action write)
    {
        writer.WriteStartObject();
        write();
        writer.WriteEndObject();
        writer.Flush();
        file.WriteByte((byte)'\n');
        writer.Reset();
    }

    private static void WriteTable(Utf8JsonWriter writer, Table table)
    {
        writer.WriteStartObject("table");
        writer.WriteString("name", table.Name);
        writer.WriteString("id", table.Id);
        writer.WriteString("created", table.CreatedAt);
        WriteKeys(writer, table.Keys);
        if (table.Throughput is { } throughput)
        {
            writer.WriteNumber("read", throughput.Read);
            writer.WriteNumber("write", throughput.Write);
        }

        if (table.ExpiryAttribute is { } expiry)
        {
            writer.WriteString("expiry", expiry);
        }

        if (table.Stream is { IsEnabled: true } stream)
        {
            writer.WriteString("stream", stream.View.ToString());
        }

        writer.WriteStartObject("tags");
        foreach (var (key, value) in table.Tags)
        {
            writer.WriteString(key, value);
        }

        writer.WriteEndObject();
        writer.WriteStartArray("indexes");
        foreach (var index in table.Indexes)
        {
            writer.WriteStartObject();
            writer.WriteString("name", index.Name);
            writer.WriteBoolean("local", index.IsLocal);
            writer.WriteBoolean("marksMissingRange", index.MarksMissingRange);
            WriteKeys(writer, index.Keys);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteKeys(Utf8JsonWriter writer, KeySchema keys)
    {
        foreach (var (name, key) in new[] { ("hash", keys.Hash), ("range", keys.Range) })
        {
            if (key is not null)
            {
                writer.WriteStartArray(name);
                writer.WriteStringValue(key.Name);
                writer.WriteStringValue(key.Type.ToString());
                writer.WriteEndArray();
            }
        }
    }

    private static Table ReadTable(AlternatorEngine engine, JsonElement element)
    {
        var table = new Table(
            element.GetProperty("name").GetString()!,
            element.GetProperty("id").GetGuid(),
            element.GetProperty("created").GetDateTimeOffset(),
            ReadKeys(element))
        {
            Throughput = element.TryGetProperty("read", out var read) ? (read.GetInt32(), element.GetProperty("write").GetInt32()) : null,
        };
        foreach (var tag in element.GetProperty("tags").EnumerateObject())
        {
            table.Tags = table.Tags.SetItem(tag.Name, tag.Value.GetString()!);
        }

        foreach (var index in element.GetProperty("indexes").EnumerateArray())
        {
            table.AddIndex(new SecondaryIndex(index.GetProperty("name").GetString()!, index.GetProperty("local").GetBoolean(), ReadKeys(index))
            {
                MarksMissingRange = !index.TryGetProperty("marksMissingRange", out var marks) || marks.GetBoolean(),
            });
        }

        if (element.TryGetProperty("expiry", out var expiry))
        {
            table.EnableExpiry(expiry.GetString()!);
        }

        if (element.TryGetProperty("stream", out var view))
        {
            new StreamSpecification(true, Enum.Parse<StreamViewType>(view.GetString()!)).Apply(engine, table);
        }

        return table;
    }

    private static KeySchema ReadKeys(JsonElement element) =>
        new(ReadKey(element.GetProperty("hash")), element.TryGetProperty("range", out var range) ? ReadKey(range) : null);

    private static KeyAttribute ReadKey(JsonElement key) =>
        new(key[0].GetString()!, Enum.Parse<AttributeType>(key[1].GetString()!));
}
