using System.Text;

namespace Alternator.Client;

/// <summary>Keys in the form that the signer uses.</summary>
internal sealed class SigningCredentials
{
    private SigningCredentials(string accessKey, string secretKey, string? token)
    {
        AccessKeyText = accessKey;
        SecretKey = secretKey;
        TokenText = token;
        AccessKey = Encoding.ASCII.GetBytes(accessKey);
        Token = token is null ? null : Encoding.ASCII.GetBytes(token);
    }

    public string AccessKeyText { get; }

    public string SecretKey { get; }

    public string? TokenText { get; }

    public byte[] AccessKey { get; }

    public byte[]? Token { get; }

    /// <summary>The credentials, or <see langword="null"/> when a part has characters that can't stand in a header as they are.</summary>
    public static SigningCredentials? TryCreate(string accessKey, string secretKey, string? token)
    {
        if (string.IsNullOrEmpty(accessKey) || secretKey is null || !IsPlain(accessKey))
            return null;
        token = string.IsNullOrEmpty(token) ? null : token;
        return token is null || IsPlain(token) ? new SigningCredentials(accessKey, secretKey, token) : null;
    }

    public bool Are(string accessKey, string secretKey, string? token) =>
        string.Equals(AccessKeyText, accessKey, StringComparison.Ordinal) && string.Equals(SecretKey, secretKey, StringComparison.Ordinal)
        && string.Equals(TokenText, string.IsNullOrEmpty(token) ? null : token, StringComparison.Ordinal);

    private static bool IsPlain(string text) => !text.AsSpan().ContainsAnyExceptInRange('!', '~');
}
