using System.Buffers;
using System.IO.Pipelines;
using Alternator.Emulator.Engine;
using Microsoft.AspNetCore.Http.Features;

namespace Alternator.Emulator.Protocol;

/// <summary>
/// The body of a request as one piece of memory, as sent: chunked framing removed, compression not. A body that arrived
/// in one piece stays where Kestrel received it; others are gathered in a pooled array. Owned until <see cref="Release"/>.
/// </summary>
internal sealed class RequestBody
{
    private PipeReader? _reader;
    private ReadOnlySequence<byte> _received;
    private byte[]? _gathered;

    public ReadOnlyMemory<byte> Bytes { get; private set; }

    /// <summary>Reads to the end.</summary>
    /// <exception cref="AlternatorException">The body is longer than <paramref name="limit"/>.</exception>
    public ValueTask ReadAsync(NodeRequest request, int limit)
    {
        PipeReader reader = request.Features.Get<IRequestBodyPipeFeature>()!.Reader;
        if (!reader.TryRead(out ReadResult result)) return GatherAsync(reader, request, limit);
        if (result.IsCompleted && result.Buffer.IsSingleSegment && result.Buffer.Length <= limit)
        {
            Keep(reader, result.Buffer);
            return ValueTask.CompletedTask;
        }

        reader.AdvanceTo(result.Buffer.Start, result.Buffer.Start);
        return GatherAsync(reader, request, limit);
    }

    public void Release()
    {
        Bytes = default;
        if (_reader is { } reader)
        {
            _reader = null;
            reader.AdvanceTo(_received.End);
            _received = default;
        }

        if (_gathered is { } gathered)
        {
            _gathered = null;
            ArrayPool<byte>.Shared.Return(gathered);
        }
    }

    public static AlternatorException TooLarge(int limit) =>
        new("PayloadTooLarge", $"The request body is longer than the limit of {limit} bytes", 413);

    private void Keep(PipeReader reader, ReadOnlySequence<byte> received)
    {
        _reader = reader;
        _received = received;
        Bytes = received.First;
    }

    private async ValueTask GatherAsync(PipeReader reader, NodeRequest request, int limit)
    {
        ReadResult result = await reader.ReadAsync().ConfigureAwait(false);
        if (result.IsCompleted && result.Buffer.IsSingleSegment && result.Buffer.Length <= limit)
        {
            Keep(reader, result.Buffer);
            return;
        }

        int length = 0;
        byte[] gathered = ArrayPool<byte>.Shared.Rent((int)Math.Min(limit, Math.Max(request.Http.Headers.ContentLength ?? 0, result.Buffer.Length)));
        _gathered = gathered;
        while (true)
        {
            ReadOnlySequence<byte> buffer = result.Buffer;
            if (length + buffer.Length > limit)
            {
                request.Close = true;
                reader.AdvanceTo(buffer.End);
                throw TooLarge(limit);
            }

            int needed = length + (int)buffer.Length;
            if (needed > gathered.Length)
            {
                byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, Math.Min(limit, gathered.Length * 2)));
                gathered.AsSpan(0, length).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(gathered);
                _gathered = gathered = larger;
            }

            buffer.CopyTo(gathered.AsSpan(length));
            length = needed;
            reader.AdvanceTo(buffer.End);
            if (result.IsCompleted) break;
            result = await reader.ReadAsync().ConfigureAwait(false);
        }

        Bytes = gathered.AsMemory(0, length);
    }
}
