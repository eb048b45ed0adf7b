using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Alternator.Client.Tests.Wire;

/// <summary>A certificate authority made for a test, in a directory of its own.</summary>
internal sealed class TestCertificates : IDisposable
{
    private readonly X509Certificate2 _root;
    private readonly ECDsa _rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public TestCertificates(string name = "root")
    {
        Folder = Directory.CreateTempSubdirectory("alternator-tls-").FullName;
        var request = new CertificateRequest($"CN={name} {Guid.NewGuid():N}", _rootKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        CaFile = Path.Combine(Folder, "ca.pem");
        File.WriteAllText(CaFile, _root.ExportCertificatePem());
    }

    public string Folder { get; }

    public string CaFile { get; }

    public string CaPem => _root.ExportCertificatePem();

    /// <summary>A certificate for names and addresses, usable by a server in this process.</summary>
    public X509Certificate2 Issue(params string[] names)
    {
        using X509Certificate2 issued = IssueWithKey(out ECDsa key, names);
        using (key)
        {
            using X509Certificate2 withKey = issued.CopyWithPrivateKey(key);
            return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
        }
    }

    /// <summary>A certificate and its key as PEM files.</summary>
    public (string CertificateFile, string KeyFile) IssueFiles(string name)
    {
        string certificateFile = Path.Combine(Folder, "client.pem");
        string keyFile = Path.Combine(Folder, "client.key");
        using X509Certificate2 issued = IssueWithKey(out ECDsa key, name);
        using (key)
        {
            File.WriteAllText(certificateFile, issued.ExportCertificatePem());
            File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        }
        return (certificateFile, keyFile);
    }

    public void Dispose()
    {
        _root.Dispose();
        _rootKey.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private X509Certificate2 IssueWithKey(out ECDsa key, params string[] names)
    {
        key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={names[0]}", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (string name in names)
        {
            if (IPAddress.TryParse(name, out IPAddress? address))
                alternatives.AddIpAddress(address);
            else
                alternatives.AddDnsName(name);
        }
        request.CertificateExtensions.Add(alternatives.Build());
        return request.Create(_root, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1), RandomNumberGenerator.GetBytes(8));
    }
}
