namespace Alternator.Client;

/// <summary>The connections that are kept to each node.</summary>
public sealed class ConnectionOptions
{
    /// <summary>How long the making of a connection, TLS included, may take. Default: 2 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long an unused connection is kept. Nodes never close one by themselves. Default: 5 minutes.</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How many connections one node may have at once; further requests wait for one. Default: 400.</summary>
    public int MaxConnectionsPerNode { get; set; } = 400;

    /// <summary>The largest answer that is accepted, in bytes, as sent and after decompression. Default: 64 MiB.</summary>
    public int MaxResponseBytes { get; set; } = 64 << 20;

    internal ConnectionOptions Copy() => (ConnectionOptions)MemberwiseClone();
}
