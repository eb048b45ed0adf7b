using System.Buffers;
using System.Collections.Frozen;
using System.Text.Encodings.Web;
using System.Text.Json;
using Alternator.Emulator.Expressions;
using Alternator.Emulator.Operations;
using Alternator.Emulator.Streams;
using Alternator.Emulator.TimeToLive;

namespace Alternator.Emulator.Engine;

/// <summary>The store of all nodes of an emulated cluster, and the operations on it. Thread-safe.</summary>
/// <remarks>
/// A request is parsed once, without copying its text; the operation reads its parameters from there, decides and
/// changes the table under the table's lock, and writes the answer afterwards. Every refusal is an
/// <see cref="AlternatorException"/>; anything else that escapes is a defect.
/// </remarks>
internal sealed class AlternatorEngine : IDisposable
{
    // ScyllaDB's limit on nesting (utils/rjson.hh); about 37 levels of lists and maps.
    private const int DeepestRequest = 78;

    private static readonly JsonDocumentOptions ReadOptions = new() { MaxDepth = DeepestRequest };

    /// <summary>How answers and snapshots are written.</summary>
    public static readonly JsonWriterOptions WriteOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = 1000,
        SkipValidation = true,
    };

    private static readonly FrozenDictionary<string, Action<Call>> OperationsByName = new Dictionary<string, Action<Call>>
    {
        ["CreateTable"] = CreateTable.Execute,
        ["DescribeTable"] = TableOperations.Describe,
        ["DeleteTable"] = TableOperations.Delete,
        ["ListTables"] = TableOperations.List,
        ["PutItem"] = PutItem.Execute,
        ["GetItem"] = GetItem.Execute,
        ["UpdateItem"] = UpdateItem.Execute,
        ["DeleteItem"] = DeleteItem.Execute,
        ["BatchWriteItem"] = BatchWriteItem.Execute,
        ["BatchGetItem"] = BatchGetItem.Execute,
        ["Query"] = QueryOperation.Execute,
        ["Scan"] = ScanOperation.Execute,
        ["TagResource"] = TagOperations.Tag,
        ["UntagResource"] = TagOperations.Untag,
        ["ListTagsOfResource"] = TagOperations.List,
        ["DescribeEndpoints"] = ServiceOperations.DescribeEndpoints,
        ["DescribeContinuousBackups"] = ServiceOperations.DescribeContinuousBackups,
        ["UpdateTimeToLive"] = TimeToLiveOperations.Update,
        ["DescribeTimeToLive"] = TimeToLiveOperations.Describe,
        ["ListStreams"] = StreamOperations.List,
        ["DescribeStream"] = StreamOperations.Describe,
        ["GetShardIterator"] = StreamOperations.GetShardIterator,
        ["GetRecords"] = StreamOperations.GetRecords,
        ["UpdateTable"] = UpdateTable.Execute,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    [ThreadStatic]
    private static Utf8JsonWriter? _threadWriter;

    private readonly Random? _random;
    private EngineOptions _options;
    private readonly ExpiryScan _expiry;

    /// <summary>Makes an empty store.</summary>
    public AlternatorEngine(EngineOptions options)
    {
        _options = options;
        Tables = new TableCatalog(options.Release);
        StreamClock = new StreamClock(options.TimeProvider);
        _expiry = new ExpiryScan(Tables, options.TimeProvider, options.TtlPeriod);
        _random = options.Seed is { } seed ? new Random(seed) : null;
    }

    /// <summary>The settings now.</summary>
    public EngineOptions Options => Volatile.Read(ref _options);

    /// <summary>All tables.</summary>
    public TableCatalog Tables { get; }

    /// <summary>The source of the streams' sequence numbers.</summary>
    public StreamClock StreamClock { get; }

    /// <summary>Parsed expressions.</summary>
    public ExpressionCache Expressions { get; } = new();

    /// <summary>The names of all operations that are answered.</summary>
    public static IReadOnlyCollection<string> OperationNames => OperationsByName.Keys;

    /// <summary>Executes one operation and writes the answer's JSON.</summary>
    /// <param name="operation">The operation's name, without the version before the dot.</param>
    /// <param name="body">The request's JSON as UTF-8.</param>
    /// <param name="context">The node that was asked, and who asked.</param>
    /// <param name="output">Receives the answer; holds nothing useful after an exception.</param>
    /// <exception cref="AlternatorException">The request is refused.</exception>
    public void Execute(string operation, ReadOnlyMemory<byte> body, in RequestContext context, IBufferWriter<byte> output)
    {
        if (!OperationsByName.TryGetValue(operation, out var execute))
        {
            throw AlternatorException.UnknownOperation($"Unsupported operation {operation}");
        }

        using var document = Parse(body);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw AlternatorException.Validation("Request content must be an object");
        }

        var writer = _threadWriter ?? new Utf8JsonWriter(output, WriteOptions);
        _threadWriter = null;
        writer.Reset(output);
        execute(new Call(this, document.RootElement, context, writer));
        writer.Flush();
        _threadWriter = writer;
    }

    /// <summary>
    /// Changes settings that can change while running: isolation, batch limit, streams, endpoints, system tables, permissions.
    /// Clock, seed, release and the period of expiry stay as they were.
    /// </summary>
    public void Reconfigure(Func<EngineOptions, EngineOptions> change)
    {
        var current = Options;
        Volatile.Write(ref _options, change(current) with
        {
            TimeProvider = current.TimeProvider,
            Seed = current.Seed,
            Release = current.Release,
            TtlPeriod = current.TtlPeriod,
        });
    }

    /// <summary>A new identifier, of the seed when there is one.</summary>
    public Guid NewId()
    {
        if (_random is null)
        {
            return Guid.NewGuid();
        }

        Span<byte> bytes = stackalloc byte[16];
        lock (_random)
        {
            _random.NextBytes(bytes);
        }

        bytes[7] = (byte)((bytes[7] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes);
    }

    /// <summary>Writes all tables with their items to a file; see <see cref="Snapshot"/>.</summary>
    public void SaveSnapshot(string path)
    {
        lock (Tables.DefinitionGate)
        {
            Snapshot.Save(Tables, path);
        }
    }

    /// <summary>Replaces everything by the tables and items of a file that <see cref="SaveSnapshot"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The file is no snapshot; then nothing has changed.</exception>
    public void LoadSnapshot(string path)
    {
        lock (Tables.DefinitionGate)
        {
            Tables.ReplaceAll(Snapshot.Load(this, path));
        }
    }

    /// <summary>Stops the expiry of items.</summary>
    public void Dispose() => _expiry.Dispose();

    /// <summary>Deletes expired items now instead of at the end of the period.</summary>
    public void DeleteExpired() => _expiry.Run();

    private static JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonDocument.Parse(body, ReadOptions);
        }
        catch (JsonException exception)
        {
            throw AlternatorException.Validation(Describe(exception, body.Span));
        }
    }

    private static string Describe(JsonException exception, ReadOnlySpan<byte> body)
    {
        var position = exception.BytePositionInLine ?? 0;
        for (var line = exception.LineNumber ?? 0; line > 0; line--)
        {
            var end = body.IndexOf((byte)'\n') + 1;
            position += end;
            body = body[end..];
        }

        return exception.Message.Contains("depth", StringComparison.Ordinal)
            ? $"Parsing JSON failed: nested more than {DeepestRequest} levels at {position}"
            : $"Parsing JSON failed: Invalid JSON at {position}";
    }
}
