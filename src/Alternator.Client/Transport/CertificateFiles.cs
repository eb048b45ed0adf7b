using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Alternator.Client;

/// <summary>
/// The certificates that <see cref="TlsOptions"/> names, read at the first connection and again when a file has changed. A file
/// that can't be read again (half written, gone for a moment) leaves what was read before in use.
/// </summary>
internal sealed class CertificateFiles(TlsOptions options)
{
    private readonly Lock _reading = new();
    private (long Stamp, X509Certificate2Collection Roots)? _roots;
    private (long Stamp, SslStreamCertificateContext Context)? _client;

    /// <summary>The roots to accept instead of the system's, or <see langword="null"/> for the system's.</summary>
    /// <exception cref="InvalidOperationException">The file can't be read.</exception>
    public X509Certificate2Collection? Roots
    {
        get
        {
            if (options.CaFile is not { } file)
                return null;
            lock (_reading)
                return Current(ref _roots, file, null, () => ReadRoots(file), "TlsOptions.CaFile");
        }
    }

    /// <summary>The client's certificate with its intermediates, or <see langword="null"/> for none.</summary>
    /// <exception cref="InvalidOperationException">A file can't be read.</exception>
    public SslStreamCertificateContext? Client
    {
        get
        {
            if (options.ClientCertificateFile is not { } file)
                return null;
            lock (_reading)
                return Current(ref _client, file, options.ClientKeyFile, () => ReadClient(file, options.ClientKeyFile ?? file), "TlsOptions.ClientCertificateFile");
        }
    }

    private static T Current<T>(ref (long Stamp, T Value)? cached, string file, string? second, Func<T> read, string option)
    {
        long stamp = Stamp(file) + (second is null ? 0 : Stamp(second) * 31);
        if (cached is { } known && known.Stamp == stamp)
            return known.Value;
        try
        {
            T value = read();
            cached = (stamp, value);
            return value;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return cached is { } previous ? previous.Value : throw new InvalidOperationException($"{option}: '{file}' can't be used. {exception.Message}", exception);
        }
    }

    private static long Stamp(string file)
    {
        var info = new FileInfo(file);
        return info.Exists ? info.LastWriteTimeUtc.Ticks ^ info.Length : 0;
    }

    private static X509Certificate2Collection ReadRoots(string file)
    {
        var roots = new X509Certificate2Collection();
        roots.ImportFromPemFile(file);
        return roots.Count > 0 ? roots : throw new CryptographicException("It holds no certificate.");
    }

    private static SslStreamCertificateContext ReadClient(string certificateFile, string keyFile)
    {
        X509Certificate2 certificate = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
        if (OperatingSystem.IsWindows())
        {
            // Windows refuses a key that exists in memory only.
            using X509Certificate2 ephemeral = certificate;
            certificate = X509CertificateLoader.LoadPkcs12(ephemeral.Export(X509ContentType.Pkcs12), null);
        }
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(certificateFile);
        return SslStreamCertificateContext.Create(certificate, chain, offline: true);
    }
}
