using Amazon;
using Amazon.DynamoDBv2;
using Amazon.Runtime;
using Amazon.Runtime.Credentials;

namespace Alternator.Aspire.Client.Lifetime;

/// <summary>
/// The credentials that the AWS SDK finds by itself, looked for at the first request and not when the client is made: the search
/// may read files and ask the machine's metadata service.
/// </summary>
internal sealed class DefaultChainCredentials(string? profile) : AWSCredentials
{
    private readonly Lazy<AWSCredentials> _found = new(() => Find(profile), LazyThreadSafetyMode.PublicationOnly);

    public override ImmutableCredentials GetCredentials() => _found.Value.GetCredentials();

    public override Task<ImmutableCredentials> GetCredentialsAsync() => _found.Value.GetCredentialsAsync();

    private static AWSCredentials Find(string? profile)
    {
        var config = new AmazonDynamoDBConfig();
        if (profile is { Length: > 0 })
        {
            config.Profile = new Profile(profile);
        }

        return DefaultAWSCredentialsIdentityResolver.GetCredentials(config);
    }
}
