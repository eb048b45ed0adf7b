namespace Alternator.Client;

/// <summary>
/// TLS towards the nodes. By default a node's certificate must be valid for the host that is contacted and lead to a root
/// that the system trusts.
/// </summary>
public sealed class TlsOptions
{
    /// <summary>
    /// A PEM file with one or more root certificates. When set, only these roots are accepted: the system's are not.
    /// Read at the first connection and again when the file changes.
    /// </summary>
    public string? CaFile { get; set; }

    /// <summary>A PEM file with the client certificate, followed by its intermediates if there are any. Read again when the file changes.</summary>
    public string? ClientCertificateFile { get; set; }

    /// <summary>A PEM file with the key of <see cref="ClientCertificateFile"/>. Default: the key is in the certificate's file.</summary>
    public string? ClientKeyFile { get; set; }

    /// <summary>
    /// The name that every node's certificate must carry, also sent as server name indication. For clusters whose nodes are
    /// reached by address but share a certificate for a name. Default: the host of the node's endpoint.
    /// </summary>
    public string? ServerName { get; set; }

    /// <summary>
    /// Accepts any certificate from anybody: who sits between client and node then reads and changes everything.
    /// Only for a throw-away cluster. Default: off.
    /// </summary>
    public bool DangerousAcceptAnyServerCertificate { get; set; }

    /// <summary>A checked copy.</summary>
    /// <exception cref="ArgumentException">A setting has no effect beside another one.</exception>
    internal TlsOptions Copy()
    {
        if (ClientKeyFile is not null && ClientCertificateFile is null)
            throw new ArgumentException("TlsOptions.ClientKeyFile is the key of a certificate: set ClientCertificateFile too.", nameof(ClientKeyFile));
        if (DangerousAcceptAnyServerCertificate && CaFile is not null)
            throw new ArgumentException("TlsOptions.CaFile has no effect while DangerousAcceptAnyServerCertificate accepts every certificate: leave one of them out.", nameof(CaFile));
        return (TlsOptions)MemberwiseClone();
    }
}
