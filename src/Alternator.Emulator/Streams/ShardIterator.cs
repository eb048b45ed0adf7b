using System.Globalization;
using Alternator.Emulator.Engine;
using Alternator.Emulator.Operations;

namespace Alternator.Emulator.Streams;

/// <summary>A place in a shard: the stream, the shard, and a sequence number to begin at or after.</summary>
internal sealed record ShardIterator(Guid Stream, string Shard, UInt128 From, bool Inclusive)
{
    private const char InclusiveMark = 'I';
    private const char ExclusiveMark = 'i';
    private const int IdLength = 36;

    /// <summary>Reads an iterator as <see cref="ToString"/> wrote it; null when it is none.</summary>
    public static ShardIterator? Parse(string text)
    {
        if (text.Length < IdLength + 3 || text[0] is not (InclusiveMark or ExclusiveMark) ||
            !Guid.TryParseExact(text.AsSpan(1, IdLength), "D", out var stream) || text[IdLength + 1] != ':')
        {
            return null;
        }

        var rest = text.AsSpan(IdLength + 2);
        var separator = rest.IndexOf(':');
        return separator > 0 && UInt128.TryParse(rest[..separator], NumberStyles.None, CultureInfo.InvariantCulture, out var from)
            ? new ShardIterator(stream, rest[(separator + 1)..].ToString(), from, text[0] == InclusiveMark)
            : null;
    }

    /// <summary>Reads a sequence number; null when it is none.</summary>
    public static UInt128? ParseSequence(string text) =>
        UInt128.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence) ? sequence : null;

    /// <summary>The iterator that the request asks for.</summary>
    public static ShardIterator Create(Call call, TableStream stream, string shard)
    {
        var type = call.FindString("ShardIteratorType") ?? throw AlternatorException.Validation("Missing required parameter ShardIteratorType");
        var text = call.FindString("SequenceNumber");
        if (type is not ("AT_SEQUENCE_NUMBER" or "AFTER_SEQUENCE_NUMBER" or "TRIM_HORIZON" or "LATEST"))
        {
            throw AlternatorException.Validation($"Unknown ShardIteratorType {type}");
        }

        var needsSequence = type is "AT_SEQUENCE_NUMBER" or "AFTER_SEQUENCE_NUMBER";
        if (needsSequence == text is null)
        {
            throw AlternatorException.Validation(needsSequence
                ? "Missing required parameter \"SequenceNumber\""
                : "Iterator of this type should not have sequence number");
        }

        if (needsSequence)
        {
            var sequence = ParseSequence(text!) ?? throw AlternatorException.Validation($"Invalid SequenceNumber {text}");
            return new ShardIterator(stream.Id, shard, sequence, type == "AT_SEQUENCE_NUMBER");
        }

        if (type == "TRIM_HORIZON")
        {
            return new ShardIterator(stream.Id, shard, UInt128.Zero, true);
        }

        // What was written within the window is not visible yet and counts as new.
        var options = call.Engine.Options;
        return options.StreamsTimeWindow > TimeSpan.Zero
            ? new ShardIterator(stream.Id, shard, StreamClock.At(options.TimeProvider.GetUtcNow() - options.StreamsTimeWindow), true)
            : new ShardIterator(stream.Id, shard, call.Engine.StreamClock.Last, false);
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{(Inclusive ? InclusiveMark : ExclusiveMark)}{Stream:D}:{From}:{Shard}");
}
