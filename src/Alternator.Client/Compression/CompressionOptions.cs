namespace Alternator.Client;

/// <summary>Compression of bodies. ScyllaDB understands it from 2026.1 on; older releases fail on a compressed request.</summary>
public sealed class CompressionOptions
{
    /// <summary>Whether request bodies are sent compressed with gzip. Default: off.</summary>
    public bool CompressRequests { get; set; }

    /// <summary>Size in bytes from which a request body is compressed; 0 compresses every body that isn't empty. Default: 1024.</summary>
    public int RequestThreshold { get; set; } = 1024;

    /// <summary>
    /// The codings that nodes are asked to answer with. A node compresses what is large enough by its own settings
    /// (4096 bytes by default). Default: none.
    /// </summary>
    public ResponseCompression AcceptResponses { get; set; }

    /// <summary>The value of Accept-Encoding, or <see langword="null"/> for none.</summary>
    internal string? AcceptHeader => AcceptResponses switch
    {
        ResponseCompression.Gzip => "gzip",
        ResponseCompression.Deflate => "deflate",
        ResponseCompression.All => "gzip, deflate",
        _ => null,
    };

    internal CompressionOptions Copy()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(RequestThreshold);
        if ((AcceptResponses & ~ResponseCompression.All) != 0)
            throw new ArgumentOutOfRangeException(nameof(AcceptResponses), AcceptResponses, "AcceptResponses must be None, Gzip, Deflate or All.");
        return (CompressionOptions)MemberwiseClone();
    }
}
