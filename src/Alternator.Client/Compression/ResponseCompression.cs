namespace Alternator.Client;

/// <summary>The codings of an answer's body.</summary>
[Flags]
public enum ResponseCompression
{
    /// <summary>Answers come uncompressed.</summary>
    None = 0,

    /// <summary>gzip (RFC 1952).</summary>
    Gzip = 1,

    /// <summary>deflate as HTTP means it: the zlib format (RFC 1950).</summary>
    Deflate = 2,

    /// <summary>Either, gzip first.</summary>
    All = Gzip | Deflate,
}
