using System.Collections.Concurrent;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Alternator.Client;

/// <summary>
/// The body of one request, in memory that is used again. Counts its users, because an attempt that was given up may still be
/// about to send when the request has its answer from another node.
/// </summary>
#pragma warning disable CA1001 // The last user disposes of what it owns, or keeps it for the next request.
internal sealed class RequestBody
#pragma warning restore CA1001
{
    private const int Kept = 128;

    private static readonly ConcurrentQueue<RequestBody> Pool = new();
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly ByteBuffer _bytes = new(2048);
    private readonly Utf8JsonWriter _writer;
    private byte[]? _compressed;
    private int _users;

    private RequestBody() => _writer = new Utf8JsonWriter(_bytes, WriterOptions);

    public ReadOnlySpan<byte> Bytes => _compressed is null ? _bytes.Written : _compressed;

    public bool IsCompressed => _compressed is not null;

    public static RequestBody Rent()
    {
        if (!Pool.TryDequeue(out RequestBody? body))
            body = new RequestBody();
        body._users = 1;
        return body;
    }

    /// <summary>Writes the request.</summary>
    public void Write<TRequest>(Action<Utf8JsonWriter, TRequest> write, TRequest request, CompressionOptions compression)
    {
        write(_writer, request);
        _writer.Flush();
        Compress(compression);
    }

    /// <summary>Takes a request that is written already.</summary>
    public void Write(ReadOnlySpan<byte> json, CompressionOptions compression)
    {
        _bytes.Append(json);
        Compress(compression);
    }

    public void AddUser() => Interlocked.Increment(ref _users);

    public void RemoveUser()
    {
        if (Interlocked.Decrement(ref _users) > 0)
            return;
        _bytes.Clear();
        _writer.Reset(_bytes);
        _compressed = null;
        if (Pool.Count < Kept)
        {
            Pool.Enqueue(this);
            return;
        }
        _writer.Dispose();
        _bytes.Dispose();
    }

    private void Compress(CompressionOptions compression)
    {
        if (compression.CompressRequests && _bytes.Length > 0 && _bytes.Length >= compression.RequestThreshold)
            _compressed = RequestCompression.Gzip(_bytes.Written);
    }
}
