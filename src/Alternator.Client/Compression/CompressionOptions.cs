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

    internal CompressionOptions Copy() => (CompressionOptions)MemberwiseClone();
}
