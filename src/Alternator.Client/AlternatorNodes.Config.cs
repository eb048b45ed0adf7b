using Amazon.Runtime;

namespace Alternator.Client;

public sealed partial class AlternatorNodes
{
    /// <summary>
    /// A configuration for clients of this cluster: <c>new AlternatorDynamoDBClient(nodes, nodes.CreateConfig("role", "secret"))</c>.
    /// The one certificate name that stands for all nodes, if there is one, is <see cref="TlsOptions.ServerName"/> of the nodes' options.
    /// </summary>
    /// <param name="accessKey">The name of a role, or <see langword="null"/> to send requests unsigned.</param>
    /// <param name="secretKey">The role's salted hash; needed with an access key.</param>
    public AlternatorClientConfig CreateConfig(string? accessKey = null, string? secretKey = null)
    {
        if (accessKey is null != secretKey is null)
        {
            throw new ArgumentException("An access key and a secret key belong together.", accessKey is null ? nameof(accessKey) : nameof(secretKey));
        }
        var config = new AlternatorClientConfig { TimeProvider = Clock, LoggerFactory = LoggerFactory };
        foreach (Uri endpoint in _options.Endpoints)
        {
            config.Nodes.Endpoints.Add(endpoint);
        }
        config.Nodes.Scope = _options.Scope;
        if (accessKey is not null)
        {
            config.DefaultAWSCredentials = new BasicAWSCredentials(accessKey, secretKey);
        }
        return config;
    }
}
