using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Alternator.Emulator.Nodes;

/// <summary>A self-signed certificate for the nodes' addresses, made for one cluster and kept nowhere.</summary>
internal static class NodeCertificate
{
    /// <summary>Names localhost and the addresses of the first hundred nodes, so that nodes may join.</summary>
    public static X509Certificate2 Make(EmulatorOptions options)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={options.ClusterName.Replace(',', ' ')}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        IPAddress first = IPAddress.Parse(options.Address);
        int addresses = options.Addressing == NodeAddressing.OnePort ? 100 : 1;
        for (int i = 0; i < addresses; i++) names.AddIpAddress(NodeAddresses.Next(first, i));
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using X509Certificate2 made = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(1));

        // Windows can't use the ephemeral key of a fresh certificate for TLS; a round trip through PKCS#12 gives it one that it can.
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
