#pragma warning disable ASPIRECERTIFICATES001 // The developer certificate is experimental in Aspire.
using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Aspire.Hosting;

namespace Alternator.Aspire.Hosting.Tests;

/// <summary>Certificates that live for one test run, so that no certificate store of the machine is touched.</summary>
internal static class TestCertificates
{
    private const string DeveloperCertificateExtension = "1.3.6.1.4.1.311.84.1.1";

    /// <summary>An authority, and a certificate of it for the given names, as PEM files in a folder.</summary>
    public static void WritePemFiles(string folder, params string[] names)
    {
        using ECDsa authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256), key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authority = new CertificateRequest("CN=Test authority", authorityKey, HashAlgorithmName.SHA256);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        authority.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        authority.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(authority.PublicKey, false));
        using X509Certificate2 root = authority.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        CertificateRequest request = ForServer(new CertificateRequest("CN=nodes", key, HashAlgorithmName.SHA256), names);
        using X509Certificate2 certificate = request.Create(root, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddHours(12), [1, 2, 3]);
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "ca.pem"), root.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "node.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "node.key"), key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>A certificate like that of <c>dotnet dev-certs https</c>.</summary>
    public static X509Certificate2 Developer()
    {
        using RSA key = RSA.Create(2048);
        CertificateRequest request = ForServer(
            new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            "localhost", "*.dev.localhost", "*.dev.internal", "host.docker.internal", "host.containers.internal");
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509Extension(new AsnEncodedData(new Oid(DeveloperCertificateExtension), [6]), false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        using X509Certificate2 made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }

    private static CertificateRequest ForServer(CertificateRequest request, params string[] names)
    {
        var alternative = new SubjectAlternativeNameBuilder();
        foreach (string name in names)
        {
            if (IPAddress.TryParse(name, out IPAddress? address))
                alternative.AddIpAddress(address);
            else
                alternative.AddDnsName(name);
        }
        request.CertificateExtensions.Add(alternative.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        return request;
    }

    /// <summary>In place of the machine's developer certificate.</summary>
    public sealed class OfDeveloper(X509Certificate2 certificate) : IDeveloperCertificateService
    {
        public ImmutableList<X509Certificate2> Certificates => [certificate];

        public bool SupportsContainerTrust => true;

        public bool UseForHttps => true;

        public bool TrustCertificate => true;
    }
}
