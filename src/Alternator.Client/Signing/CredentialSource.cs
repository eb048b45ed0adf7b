using Amazon.Runtime;

namespace Alternator.Client;

/// <summary>
/// The keys of an AWS credentials object in the signer's form. Types that never change are read once; others are asked for every
/// request, and converted again only when they have changed.
/// </summary>
internal sealed class CredentialSource
{
    private readonly AWSCredentials _credentials;
    private readonly bool _constant;
    private volatile SigningCredentials? _current;

    public CredentialSource(AWSCredentials credentials)
    {
        _credentials = credentials;
        IsAnonymous = credentials.GetType() == typeof(AnonymousAWSCredentials);
        _constant = credentials.GetType() == typeof(BasicAWSCredentials) || credentials.GetType() == typeof(SessionAWSCredentials);
        if (_constant && credentials.GetCredentials() is { } keys)
            _current = SigningCredentials.TryCreate(keys.AccessKey, keys.SecretKey, keys.UseToken ? keys.Token : null);
        IsUsable = IsAnonymous || !_constant || _current is not null;
    }

    /// <summary>Whether requests go unsigned.</summary>
    public bool IsAnonymous { get; }

    /// <summary>Whether the fast path can sign with them; false for keys that can't stand in a header as they are.</summary>
    public bool IsUsable { get; }

    /// <summary>The keys at once, when they need no asking.</summary>
    public bool TryGet(out SigningCredentials? credentials)
    {
        credentials = _current;
        return IsAnonymous || _constant;
    }

    /// <summary>The keys as they are now.</summary>
    /// <exception cref="AmazonClientException">They can't be used.</exception>
    public async ValueTask<SigningCredentials?> GetAsync()
    {
        if (TryGet(out SigningCredentials? constant))
            return constant;
        ImmutableCredentials keys = await _credentials.GetCredentialsAsync().ConfigureAwait(false);
        if (keys is null)
            return null;
        string? token = keys.UseToken ? keys.Token : null;
        if (_current is { } known && known.Are(keys.AccessKey, keys.SecretKey, token))
            return known;
        return _current = SigningCredentials.TryCreate(keys.AccessKey, keys.SecretKey, token)
            ?? throw new AmazonClientException("The credentials hold characters that can't stand in a request's headers.");
    }
}
