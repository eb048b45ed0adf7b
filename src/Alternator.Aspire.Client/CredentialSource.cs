namespace Alternator.Aspire.Client;

/// <summary>Where the credentials that sign requests come from.</summary>
public enum CredentialSource
{
    /// <summary>
    /// The access key and secret key of the settings or the connection string; where the endpoint comes from
    /// <c>AWS_ENDPOINT_URL_DYNAMODB</c>, those of the AWS environment variables; otherwise none, and requests are sent unsigned.
    /// </summary>
    Automatic,

    /// <summary>None: requests are sent unsigned. For a cluster that doesn't enforce authorization.</summary>
    Anonymous,

    /// <summary>The access key and secret key of the settings or the connection string, which must be there.</summary>
    Keys,

    /// <summary>Where the AWS SDK looks by default: environment variables, profiles, container and instance credentials.</summary>
    AwsDefaultChain,
}
