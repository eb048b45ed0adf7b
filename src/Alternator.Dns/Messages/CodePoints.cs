namespace Alternator.Dns.Messages;

/// <summary>Types of resource records and questions that the server knows by name (IANA registry "DNS parameters").</summary>
internal enum RecordType : ushort
{
    A = 1,
    NS = 2,
    SOA = 6,
    HINFO = 13,
    AAAA = 28,
    SRV = 33,
    OPT = 41,
    TKEY = 249,
    TSIG = 250,
    IXFR = 251,
    AXFR = 252,
    MAILB = 253,
    MAILA = 254,
    ANY = 255,
}

/// <summary>Classes. Everything served is <see cref="IN"/>; <see cref="ANY"/> occurs in questions only.</summary>
internal enum RecordClass : ushort
{
    IN = 1,
    CH = 3,
    ANY = 255,
}

/// <summary>Response codes. Values above 15 need the upper bits of an EDNS record.</summary>
internal enum ResponseCode : ushort
{
    NoError = 0,
    FormatError = 1,
    ServerFailure = 2,
    NameError = 3,
    NotImplemented = 4,
    Refused = 5,
    BadVersion = 16,
}

/// <summary>Extended DNS errors of RFC 8914 that the server attaches when the query carried EDNS.</summary>
internal enum ExtendedError : ushort
{
    None = 0xFFFF,
    StaleAnswer = 3,
    NotAuthoritative = 20,
    NoReachableAuthority = 22,
}

/// <summary>Bits of the second 16-bit word of the header (RFC 1035 section 4.1.1, RFC 4035 for AD and CD).</summary>
internal static class HeaderFlags
{
    public const ushort Response = 0x8000;
    public const ushort OpcodeMask = 0x7800;
    public const ushort Authoritative = 0x0400;
    public const ushort Truncated = 0x0200;
    public const ushort RecursionDesired = 0x0100;
    public const ushort RecursionAvailable = 0x0080;
    public const ushort CheckingDisabled = 0x0010;
}
