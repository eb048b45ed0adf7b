using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Alternator.Emulator.Auth;

/// <summary>Signing keys: four HMACs that stay the same for a role, day, region and service, and so are remembered.</summary>
internal sealed class SigningKeys
{
    private const int Most = 1024;
    private readonly ConcurrentDictionary<(string User, string Day, string Region, string Service), byte[]> _keys = new();

    public byte[] Get(string user, string secret, string day, string region, string service)
    {
        (string, string, string, string) scope = (user, day, region, service);
        if (_keys.TryGetValue(scope, out byte[]? known)) return known;
        byte[] key = HMACSHA256.HashData(Encoding.UTF8.GetBytes("AWS4" + secret), Encoding.Latin1.GetBytes(day));
        key = HMACSHA256.HashData(key, Encoding.Latin1.GetBytes(region));
        key = HMACSHA256.HashData(key, Encoding.Latin1.GetBytes(service));
        key = HMACSHA256.HashData(key, "aws4_request"u8);

        // The scope is the client's to choose; what it makes up must not fill the memory.
        if (_keys.Count >= Most) _keys.Clear();
        _keys.TryAdd(scope, key);
        return key;
    }
}
