using System.Buffers.Binary;

namespace Alternator.Dns.Messages;

/// <summary>What is to be done with a received message.</summary>
internal enum QueryVerdict
{
    /// <summary>No answer at all: too short to have a header, or itself a response.</summary>
    Drop,

    /// <summary>A well-formed question.</summary>
    Answer,

    /// <summary>To be answered with FORMERR.</summary>
    FormatError,

    /// <summary>An operation other than QUERY: to be answered with NOTIMP.</summary>
    NotImplemented,

    /// <summary>An EDNS version that is not 0: to be answered with BADVERS.</summary>
    BadVersion,
}

/// <summary>
/// A query as the server understands it. It points into the received bytes and owns nothing, so reading one allocates nothing.
/// <para>
/// Written from RFC 1034 and 1035 (messages, names, compression), 2181 (one question, truncation), 2308 (negative answers),
/// 2782 (SRV), 3596 (AAAA), 4343 (case), 6891 (EDNS), 7766 (TCP), 8482 (ANY), 8914 (extended errors).
/// In order: a message shorter than a header and a response are dropped; an opcode other than QUERY is not implemented; there must be exactly
/// one question and nothing in the answer and authority sections; the name of the question is written out (nothing stands before it that
/// a pointer could lead to); the records of the additional section are walked for one OPT record at the root; nothing may follow them.
/// Whatever a count claims, the walk ends with the bytes.
/// </para>
/// </summary>
internal readonly ref struct DnsQuery
{
    /// <summary>Bytes of the fixed header.</summary>
    public const int HeaderLength = 12;

    /// <summary>Longest message that is taken for a query; a longer one is a format error.</summary>
    public const int MaxLength = 4096;

    /// <summary>What a client without EDNS accepts over UDP.</summary>
    public const int MinimumUdpPayload = 512;

    public ushort Id { get; private init; }

    /// <summary>The flags as received.</summary>
    public ushort Flags { get; private init; }

    /// <summary>The question's name, type and class as received, or empty when they could not be read.</summary>
    public ReadOnlySpan<byte> Question { get; private init; }

    /// <summary>The question's name as received: its case is preserved in the answer.</summary>
    public ReadOnlySpan<byte> Name => Question.IsEmpty ? default : Question[..^4];

    public RecordType Type { get; private init; }

    public RecordClass Class { get; private init; }

    /// <summary>True if the query carried an OPT record; only then may the answer carry one.</summary>
    public bool HasEdns { get; private init; }

    /// <summary>Bytes that the sender accepts over UDP: 512, or what its OPT record says if that is more.</summary>
    public int UdpPayload { get; private init; }

    /// <summary>The DO bit, which an answer repeats (RFC 3225).</summary>
    public bool DnssecOk { get; private init; }

    public bool RecursionDesired => (Flags & HeaderFlags.RecursionDesired) != 0;

    /// <summary>Reads a query. What could be read is in <paramref name="query"/> whatever the verdict is.</summary>
    public static QueryVerdict Parse(ReadOnlySpan<byte> message, out DnsQuery query)
    {
        query = default;
        if (message.Length < HeaderLength)
            return QueryVerdict.Drop;

        ushort id = BinaryPrimitives.ReadUInt16BigEndian(message);
        ushort flags = BinaryPrimitives.ReadUInt16BigEndian(message[2..]);
        if ((flags & HeaderFlags.Response) != 0)
            return QueryVerdict.Drop;

        query = new DnsQuery { Id = id, Flags = flags, UdpPayload = MinimumUdpPayload };
        if ((flags & HeaderFlags.OpcodeMask) != 0)
            return QueryVerdict.NotImplemented;

        int questions = BinaryPrimitives.ReadUInt16BigEndian(message[4..]);
        uint answersAndAuthorities = BinaryPrimitives.ReadUInt32BigEndian(message[6..]);
        int additionals = BinaryPrimitives.ReadUInt16BigEndian(message[10..]);
        if (questions != 1 || answersAndAuthorities != 0 || message.Length > MaxLength)
            return QueryVerdict.FormatError;

        int nameLength = WireName.MeasureUncompressed(message, HeaderLength);
        int position = HeaderLength + nameLength + 4;
        if (nameLength == 0 || position > message.Length)
            return QueryVerdict.FormatError;

        query = new DnsQuery
        {
            Id = id,
            Flags = flags,
            UdpPayload = MinimumUdpPayload,
            Question = message[HeaderLength..position],
            Type = (RecordType)BinaryPrimitives.ReadUInt16BigEndian(message[(position - 4)..]),
            Class = (RecordClass)BinaryPrimitives.ReadUInt16BigEndian(message[(position - 2)..]),
        };

        OptRecord opt = default;
        for (int i = 0; i < additionals; i++)
        {
            if (!TryReadAdditional(message, ref position, ref opt))
                return QueryVerdict.FormatError;
        }

        if (position != message.Length || query.Type is RecordType.OPT)
            return QueryVerdict.FormatError;
        if (!opt.Present)
            return QueryVerdict.Answer;

        query = new DnsQuery
        {
            Id = id,
            Flags = flags,
            Question = query.Question,
            Type = query.Type,
            Class = query.Class,
            HasEdns = true,
            UdpPayload = Math.Max(opt.UdpPayload, MinimumUdpPayload),
            DnssecOk = (opt.Flags & OptRecord.DnssecOkFlag) != 0,
        };
        return opt.Version == 0 ? QueryVerdict.Answer : QueryVerdict.BadVersion;
    }

    private static bool TryReadAdditional(ReadOnlySpan<byte> message, ref int position, ref OptRecord opt)
    {
        int owner = position;
        if (!WireName.TrySkip(message, ref position) || position + 10 > message.Length)
            return false;

        ReadOnlySpan<byte> fixedPart = message.Slice(position, 10);
        var type = (RecordType)BinaryPrimitives.ReadUInt16BigEndian(fixedPart);
        int dataLength = BinaryPrimitives.ReadUInt16BigEndian(fixedPart[8..]);
        position += 10;
        if (position + dataLength > message.Length)
            return false;

        ReadOnlySpan<byte> data = message.Slice(position, dataLength);
        position += dataLength;
        if (type is not RecordType.OPT)
            return true;
        if (opt.Present || message[owner] != 0 || !OptRecord.HasWholeOptions(data))
            return false;

        opt = OptRecord.Read(fixedPart);
        return true;
    }
}
