using System.Security.Cryptography;
using System.Text;

namespace Alternator.Client;

/// <summary>What one pair of keys signs with on one day (SigV4's derived key), and the texts that go with it.</summary>
internal sealed class SigningKey
{
    public SigningKey(SigningCredentials credentials, string day, string region, string service)
    {
        Credentials = credentials;
        Day = day;
        byte[] key = Encoding.UTF8.GetBytes("AWS4" + credentials.SecretKey);
        foreach (string part in (string[])[day, region, service, "aws4_request"])
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        Key = key;
        Scope = Encoding.UTF8.GetBytes($"{day}/{region}/{service}/aws4_request");
    }

    public SigningCredentials Credentials { get; }

    /// <summary>The day in UTC as yyyyMMdd.</summary>
    public string Day { get; }

    public byte[] Key { get; }

    public byte[] Scope { get; }
}
