using System.Buffers.Binary;

namespace Alternator.Dns.Messages;

/// <summary>Sections of a message that the server writes, in their order on the wire.</summary>
internal enum Section
{
    Answer,
    Authority,
    Additional,
}

/// <summary>
/// Writes one response into the caller's buffer: the question as it was asked, then records section by section, then the OPT record.
/// A record that has no room is not written at all and the caller is told; room for the OPT record is kept from the start.
/// Owner names are written as pointers to the question or to a name that was written before.
/// </summary>
internal ref struct ResponseWriter
{
    /// <summary>The question's name stands right behind the header, so an owner name that is the same is this pointer.</summary>
    public const ushort QuestionName = 0xC000 | DnsQuery.HeaderLength;

    private const int OptLength = 11;
    private const int ExtendedErrorLength = 6;

    private readonly Span<byte> _buffer;
    private readonly bool _edns, _dnssecOk;
    private readonly int _limit;
    private int _position;
    private ushort _flags;
    private ushort _answers, _authorities, _additionals;

    /// <param name="query">The query that is answered.</param>
    /// <param name="buffer">Where the response goes.</param>
    /// <param name="limit">Bytes that the response may have: what the client accepts and the server allows.</param>
    public ResponseWriter(in DnsQuery query, Span<byte> buffer, int limit)
    {
        _buffer = buffer;
        _edns = query.HasEdns;
        _dnssecOk = query.DnssecOk;
        _limit = Math.Min(limit, buffer.Length) - (_edns ? OptLength + ExtendedErrorLength : 0);
        _flags = (ushort)(HeaderFlags.Response
            | (query.Flags & (HeaderFlags.OpcodeMask | HeaderFlags.RecursionDesired | HeaderFlags.CheckingDisabled)));

        BinaryPrimitives.WriteUInt16BigEndian(buffer, query.Id);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[4..], (ushort)(query.Question.IsEmpty ? 0 : 1));
        query.Question.CopyTo(buffer[DnsQuery.HeaderLength..]);
        _position = DnsQuery.HeaderLength + query.Question.Length;
    }

    /// <summary>Where the next record will begin.</summary>
    public readonly int Position => _position;

    /// <summary>Sets bits of <see cref="HeaderFlags"/>.</summary>
    public void Set(ushort flags) => _flags |= flags;

    /// <summary>Clears bits of <see cref="HeaderFlags"/>.</summary>
    public void Unset(ushort flags) => _flags &= (ushort)~flags;

    /// <summary>True if the response was marked as truncated.</summary>
    public readonly bool IsTruncated => (_flags & HeaderFlags.Truncated) != 0;

    /// <summary>A record whose owner is a name that stands at <paramref name="owner"/> (a pointer, both upper bits set).</summary>
    public bool TryWrite(Section section, ushort owner, RecordType type, uint ttl, ReadOnlySpan<byte> data)
    {
        if (_position + 12 + data.Length > _limit)
            return false;

        BinaryPrimitives.WriteUInt16BigEndian(_buffer[_position..], owner);
        _position += 2;
        WriteBody(section, type, ttl, data);
        return true;
    }

    /// <summary>A record whose owner is written out.</summary>
    public bool TryWrite(Section section, ReadOnlySpan<byte> owner, RecordType type, uint ttl, ReadOnlySpan<byte> data)
    {
        if (_position + owner.Length + 10 + data.Length > _limit)
            return false;

        owner.CopyTo(_buffer[_position..]);
        _position += owner.Length;
        WriteBody(section, type, ttl, data);
        return true;
    }

    /// <summary>Writes the OPT record and the header, and returns the length of the whole response.</summary>
    /// <param name="code">The response code. Its upper bits are lost without EDNS.</param>
    /// <param name="udpPayload">What this server accepts over UDP, told in the OPT record.</param>
    /// <param name="error">An extended error to attach, if the query had EDNS.</param>
    public int Finish(ResponseCode code, int udpPayload, ExtendedError error = ExtendedError.None)
    {
        if (_edns)
            WriteOpt(code, udpPayload, error);

        BinaryPrimitives.WriteUInt16BigEndian(_buffer[2..], (ushort)(_flags | ((int)code & 0xF)));
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[6..], _answers);
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[8..], _authorities);
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[10..], _additionals);
        return _position;
    }

    private void WriteBody(Section section, RecordType type, uint ttl, ReadOnlySpan<byte> data)
    {
        Span<byte> at = _buffer[_position..];
        BinaryPrimitives.WriteUInt16BigEndian(at, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(at[2..], (ushort)RecordClass.IN);
        BinaryPrimitives.WriteUInt32BigEndian(at[4..], ttl);
        BinaryPrimitives.WriteUInt16BigEndian(at[8..], (ushort)data.Length);
        data.CopyTo(at[10..]);
        _position += 10 + data.Length;
        _ = section switch
        {
            Section.Answer => ++_answers,
            Section.Authority => ++_authorities,
            _ => ++_additionals,
        };
    }

    private void WriteOpt(ResponseCode code, int udpPayload, ExtendedError error)
    {
        Span<byte> at = _buffer[_position..];
        at[0] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(at[1..], (ushort)RecordType.OPT);
        BinaryPrimitives.WriteUInt16BigEndian(at[3..], (ushort)udpPayload);
        at[5] = (byte)((int)code >> 4);
        at[6] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(at[7..], _dnssecOk ? OptRecord.DnssecOkFlag : (ushort)0);
        BinaryPrimitives.WriteUInt16BigEndian(at[9..], 0);
        _position += OptLength;
        _additionals++;
        if (error is ExtendedError.None)
            return;

        // RFC 8914: option 15 with the code alone, no text.
        BinaryPrimitives.WriteUInt16BigEndian(at[9..], ExtendedErrorLength);
        BinaryPrimitives.WriteUInt16BigEndian(at[11..], 15);
        BinaryPrimitives.WriteUInt16BigEndian(at[13..], 2);
        BinaryPrimitives.WriteUInt16BigEndian(at[15..], (ushort)error);
        _position += ExtendedErrorLength;
    }
}
