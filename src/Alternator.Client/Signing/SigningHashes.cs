using System.Security.Cryptography;

namespace Alternator.Client;

/// <summary>The hash objects that signing needs, kept between requests because making one costs more than using it. For one user
/// at a time.</summary>
internal sealed class SigningHashes : IDisposable
{
    private IncrementalHash? _sha;
    private IncrementalHash? _hmac;
    private SigningKey? _keyed;

    public IncrementalHash Sha256 => _sha ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public IncrementalHash HmacOf(SigningKey key)
    {
        if (!ReferenceEquals(_keyed, key))
        {
            _hmac?.Dispose();
            _hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key.Key);
            _keyed = key;
        }
        return _hmac!;
    }

    public void Dispose()
    {
        _sha?.Dispose();
        _hmac?.Dispose();
    }
}
