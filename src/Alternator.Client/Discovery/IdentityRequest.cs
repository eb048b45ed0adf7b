using System.Text;
using Amazon.Runtime;

namespace Alternator.Client;

/// <summary>The question to a node who it is: a Scan of its row of <c>system.local</c>, signed where there are keys.</summary>
internal sealed class IdentityRequest(AWSCredentials? credentials, TimeProvider clock)
{
    private const string Target = "DynamoDB_20120810.Scan";

    // Only what is needed: the row holds long columns too.
    private static readonly byte[] Body =
        """{"TableName":".scylla.alternator.system.local","AttributesToGet":["key","rpc_address","data_center","rack"]}"""u8.ToArray();

    private readonly CredentialSource? _credentials = credentials is null or AnonymousAWSCredentials ? null : new CredentialSource(credentials);
    private readonly RequestSigner _signer = new(AlternatorClientConfig.DefaultRegion);

    public async ValueTask<HttpRequestMessage> CreateAsync(Uri endpoint)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(endpoint, "/")) { Content = new ByteArrayContent(Body) };
        request.Headers.TryAddWithoutValidation("X-Amz-Target", Target);
        if (_credentials is not null && await _credentials.GetAsync().ConfigureAwait(false) is { } keys)
        {
            string host = endpoint.IsDefaultPort ? endpoint.Host : $"{endpoint.Host}:{endpoint.Port}";
            request.Headers.Host = host;
            using var lines = new ByteBuffer(1024);
            using var hashes = new SigningHashes();
            _signer.AppendHeaders(lines, hashes, keys, clock.GetUtcNow(), Encoding.ASCII.GetBytes(host), Encoding.ASCII.GetBytes(Target), Body);
            foreach (string line in Encoding.ASCII.GetString(lines.Written).Split("\r\n", StringSplitOptions.RemoveEmptyEntries))
            {
                int colon = line.IndexOf(": ", StringComparison.Ordinal);
                request.Headers.TryAddWithoutValidation(line[..colon], line[(colon + 2)..]);
            }
        }
        return request;
    }
}
