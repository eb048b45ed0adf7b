using Alternator.Dns.Messages;

namespace Alternator.Dns.Zones;

/// <summary>
/// Answers one query from a <see cref="ZoneView"/>. A pure function of the bytes, the view and the random numbers; it allocates nothing.
/// <para>
/// In order: what can't be read is dropped or answered with FORMERR, NOTIMP or BADVERS. A class other than IN is refused. A name outside the
/// zones is refused, or forwarded if the server forwards and the client wants recursion. Zone transfers are refused, obsolete and meta types
/// are not implemented. A name that doesn't exist gets NXDOMAIN and a type that it doesn't have gets NODATA, both with the SOA (RFC 2308).
/// ANY gets one small HINFO record (RFC 8482). A name of nodes gets addresses: one chosen at random, or all in an order that begins at random;
/// if there is none to give, or the list has expired, SERVFAIL: never an empty answer. What doesn't fit is left out and the response marked as
/// truncated, so that the client asks again over TCP. The question is repeated as it was written, and the answers' names point to it,
/// so the case of the query is preserved.
/// </para>
/// </summary>
internal static class ZoneResponder
{
    /// <summary>Bytes that a response buffer needs at least.</summary>
    public const int MinimumBuffer = 512;

    private static ReadOnlySpan<byte> AnyData => "\u0007RFC8482\0"u8;

    /// <param name="message">The query as received.</param>
    /// <param name="buffer">Where the response goes, at least <see cref="MinimumBuffer"/> bytes.</param>
    /// <param name="stream">True over TCP: only the buffer limits the response.</param>
    /// <param name="view">What the zones hold now.</param>
    /// <param name="settings">How they answer.</param>
    /// <param name="random">Chooses nodes; used by one thread at a time.</param>
    public static Reply Respond(
        ReadOnlySpan<byte> message, Span<byte> buffer, bool stream, ZoneView view, ZoneSettings settings, Random random)
    {
        QueryVerdict verdict = DnsQuery.Parse(message, out DnsQuery query);
        if (verdict is QueryVerdict.Drop)
            return default;

        int limit = stream ? buffer.Length : Math.Min(query.UdpPayload, settings.UdpPayload);
        var writer = new ResponseWriter(query, buffer, limit);
        if (verdict is not QueryVerdict.Answer)
        {
            return Finish(ref writer, query, settings, verdict switch
            {
                QueryVerdict.NotImplemented => ResponseCode.NotImplemented,
                QueryVerdict.BadVersion => ResponseCode.BadVersion,
                _ => ResponseCode.FormatError,
            });
        }

        if (settings.Forwards)
            writer.Set(HeaderFlags.RecursionAvailable);
        if (query.Class is not (RecordClass.IN or RecordClass.ANY))
            return Finish(ref writer, query, settings, ResponseCode.Refused);

        Span<byte> lower = stackalloc byte[WireName.MaxLength];
        lower = lower[..query.Name.Length];
        WireName.ToLower(query.Name, lower);
        if (view.FindZone(lower) is not { } zone)
            return RespondOutside(ref writer, query, stream, settings);
        if (query.Type is RecordType.AXFR or RecordType.IXFR)
            return Finish(ref writer, query, settings, ResponseCode.Refused);
        if (query.Type is RecordType.TKEY or RecordType.TSIG or RecordType.MAILA or RecordType.MAILB)
            return Finish(ref writer, query, settings, ResponseCode.NotImplemented);

        writer.Set(HeaderFlags.Authoritative);
        ZoneEntry? entry = view.Find(lower);
        if (entry is null)
            return RespondNegative(ref writer, query, zone, settings, ResponseCode.NameError);

        return RespondFrom(ref writer, query, entry, settings, random);
    }

    /// <summary>An empty response marked as truncated: the client asks again over TCP, where its address can't be forged.</summary>
    public static Reply RespondTruncated(ReadOnlySpan<byte> message, Span<byte> buffer, ZoneSettings settings)
    {
        if (DnsQuery.Parse(message, out DnsQuery query) is not QueryVerdict.Answer)
            return default;

        var writer = new ResponseWriter(query, buffer, query.UdpPayload);
        writer.Set(HeaderFlags.Truncated);
        return Finish(ref writer, query, settings, ResponseCode.NoError);
    }

    /// <summary>A response without records, such as SERVFAIL when the upstream server doesn't answer.</summary>
    public static Reply RespondError(ReadOnlySpan<byte> message, Span<byte> buffer, ZoneSettings settings, ResponseCode code)
    {
        if (DnsQuery.Parse(message, out DnsQuery query) is not QueryVerdict.Answer)
            return default;

        var writer = new ResponseWriter(query, buffer, query.UdpPayload);
        if (settings.Forwards)
            writer.Set(HeaderFlags.RecursionAvailable);
        return Finish(ref writer, query, settings, code);
    }

    private static Reply RespondOutside(ref ResponseWriter writer, in DnsQuery query, bool stream, ZoneSettings settings)
    {
        if (!settings.Forwards || !query.RecursionDesired || query.Type is RecordType.AXFR or RecordType.IXFR)
            return Finish(ref writer, query, settings, ResponseCode.Refused, ExtendedError.NotAuthoritative);
        if (query.Type is not RecordType.ANY || stream)
            return new Reply(ReplyKind.Forward, Type: query.Type);

        // Another server's answer to ANY can be large: only to those who prove their address by asking over TCP.
        writer.Set(HeaderFlags.Truncated);
        return Finish(ref writer, query, settings, ResponseCode.NoError);
    }

    private static Reply RespondFrom(
        ref ResponseWriter writer, in DnsQuery query, ZoneEntry entry, ZoneSettings settings, Random random)
    {
        Zone zone = entry.Zone;
        bool written;
        switch (query.Type)
        {
            case RecordType.SOA when entry.IsApex:
                written = writer.TryWrite(Section.Answer, ResponseWriter.QuestionName, RecordType.SOA, settings.Ttl, zone.StartOfAuthority);
                return Complete(ref writer, query, settings, written);

            case RecordType.NS when entry.IsApex:
                written = WriteNameServer(ref writer, zone, settings);
                return Complete(ref writer, query, settings, written);

            case RecordType.ANY:
                written = writer.TryWrite(Section.Answer, ResponseWriter.QuestionName, RecordType.HINFO, settings.Ttl, AnyData);
                return Complete(ref writer, query, settings, written);

            case RecordType.A or RecordType.AAAA or RecordType.SRV when entry.ShowsNodes && (entry.IsEmpty || entry.Freshness is Freshness.Expired):
                writer.Unset(HeaderFlags.Authoritative);
                return Finish(ref writer, query, settings, ResponseCode.ServerFailure, ExtendedError.NoReachableAuthority);

            case RecordType.A when entry.V4.Length > 0:
                written = WriteAddresses(ref writer, RecordType.A, entry.V4, 4, settings, random);
                break;

            case RecordType.AAAA when entry.V6.Length > 0:
                written = WriteAddresses(ref writer, RecordType.AAAA, entry.V6, 16, settings, random);
                break;

            case RecordType.SRV when entry.Services.Length > 0:
                written = WriteServices(ref writer, entry.Services, settings, random);
                break;

            default:
                return RespondNegative(ref writer, query, zone, settings, ResponseCode.NoError);
        }

        return Complete(ref writer, query, settings, written, entry.Freshness is Freshness.Stale ? ExtendedError.StaleAnswer : ExtendedError.None);
    }

    private static bool WriteAddresses(
        ref ResponseWriter writer, RecordType type, byte[] addresses, int size, ZoneSettings settings, Random random)
    {
        int count = addresses.Length / size;
        int index = count == 1 ? 0 : random.Next(count);
        int wanted = settings.Answers is DnsAnswers.One ? 1 : Math.Min(count, settings.MaxAnswers);
        for (int i = 0; i < wanted; i++)
        {
            if (!writer.TryWrite(Section.Answer, ResponseWriter.QuestionName, type, settings.Ttl, addresses.AsSpan(index * size, size)))
                return false;
            if (++index == count)
                index = 0;
        }

        return true;
    }

    private static bool WriteServices(ref ResponseWriter writer, ServiceTarget[] services, ZoneSettings settings, Random random)
    {
        // A client that asks for SRV balances by itself: it gets every node whatever the mode is. Addresses come along as far as they fit.
        int wanted = Math.Min(services.Length, settings.MaxAnswers);
        int first = random.Next(services.Length);
        Span<ushort> owners = stackalloc ushort[wanted];
        for (int i = 0; i < wanted; i++)
        {
            ServiceTarget service = services[(first + i) % services.Length];
            int owner = writer.Position + 12 + ServiceTarget.NameOffset;
            if (!writer.TryWrite(Section.Answer, ResponseWriter.QuestionName, RecordType.SRV, settings.Ttl, service.Data))
                return false;
            owners[i] = owner < 0x4000 ? (ushort)(0xC000 | owner) : (ushort)0;
        }

        for (int i = 0; i < wanted; i++)
        {
            ServiceTarget service = services[(first + i) % services.Length];
            if (owners[i] == 0 || !WriteGlue(ref writer, owners[i], service.V4, service.V6, settings.Ttl))
                break;
        }

        return true;
    }

    private static bool WriteNameServer(ref ResponseWriter writer, Zone zone, ZoneSettings settings)
    {
        int owner = writer.Position + 12;
        if (!writer.TryWrite(Section.Answer, ResponseWriter.QuestionName, RecordType.NS, settings.Ttl, zone.NameServer.Wire))
            return false;

        WriteGlue(ref writer, (ushort)(0xC000 | owner), settings.NameServerV4, settings.NameServerV6, settings.Ttl);
        return true;
    }

    private static bool WriteGlue(ref ResponseWriter writer, ushort owner, byte[] v4, byte[] v6, uint ttl)
    {
        for (int i = 0; i < v4.Length; i += 4)
        {
            if (!writer.TryWrite(Section.Additional, owner, RecordType.A, ttl, v4.AsSpan(i, 4)))
                return false;
        }

        for (int i = 0; i < v6.Length; i += 16)
        {
            if (!writer.TryWrite(Section.Additional, owner, RecordType.AAAA, ttl, v6.AsSpan(i, 16)))
                return false;
        }

        return true;
    }

    private static Reply RespondNegative(ref ResponseWriter writer, in DnsQuery query, Zone zone, ZoneSettings settings, ResponseCode code)
    {
        // The zone's name is the end of the question's name.
        int owner = DnsQuery.HeaderLength + query.Name.Length - zone.Name.Wire.Length;
        writer.TryWrite(Section.Authority, (ushort)(0xC000 | owner), RecordType.SOA, settings.Ttl, zone.StartOfAuthority);
        return Finish(ref writer, query, settings, code);
    }

    private static Reply Complete(
        ref ResponseWriter writer, in DnsQuery query, ZoneSettings settings, bool written, ExtendedError error = ExtendedError.None)
    {
        if (!written)
            writer.Set(HeaderFlags.Truncated);
        return Finish(ref writer, query, settings, ResponseCode.NoError, error);
    }

    private static Reply Finish(
        ref ResponseWriter writer, in DnsQuery query, ZoneSettings settings, ResponseCode code, ExtendedError error = ExtendedError.None)
    {
        int length = writer.Finish(code, settings.UdpPayload, error);
        return new Reply(ReplyKind.Send, length, code, query.Type, writer.IsTruncated);
    }
}
