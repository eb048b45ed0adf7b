using Amazon.Runtime;
using Amazon.Runtime.Identity;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using Amazon.Runtime.Internal.Transform;
using Amazon.Runtime.Internal.UserAgent;
using Amazon.Runtime.Internal.Util;

namespace Alternator.Client;

/// <summary>The SDK's context of a request with what belongs to one attempt replaced.</summary>
/// <param name="shared">The context of the request.</param>
/// <param name="request">The attempt's own request.</param>
/// <param name="attempt">Its number, from 0 on.</param>
/// <param name="withUserAgent">Whether the SDK's user agent will be sent.</param>
/// <param name="attemptToken">Cancelled when the attempt is given up.</param>
internal sealed class AttemptContext(IRequestContext shared, IRequest request, int attempt, bool withUserAgent, CancellationToken attemptToken) : IRequestContext
{
    public IRequest Request { get; set; } = request;

    public CancellationToken CancellationToken { get; } = attemptToken;

    public bool IsSigned { get; set; }

    public int Retries { get; set; } = attempt;

    public ISigner Signer { get; set; } = shared.Signer;

    public BaseIdentity Identity { get; set; } = shared.Identity;

    public bool IsLastExceptionRetryable { get; set; }

    public int EndpointDiscoveryRetries { get; set; }

    public CapacityManager.CapacityType LastCapacityType { get; set; }

    public IHttpRequestStreamHandle RequestStreamHandle { get; set; } = shared.RequestStreamHandle;

    public UserAgentDetails UserAgentDetails { get; } = withUserAgent ? CopyOf(shared.UserAgentDetails) : new();

    public RequestMetrics Metrics { get; } = new();

    public AmazonWebServiceRequest OriginalRequest { get => shared.OriginalRequest; set => shared.OriginalRequest = value; }

    public MonitoringAPICallAttempt CSMCallAttempt { get => shared.CSMCallAttempt; set => shared.CSMCallAttempt = value; }

    public MonitoringAPICallEvent CSMCallEvent { get => shared.CSMCallEvent; set => shared.CSMCallEvent = value; }

    public string RequestName => shared.RequestName;

    public IMarshaller<IRequest, AmazonWebServiceRequest> Marshaller => shared.Marshaller;

    public ResponseUnmarshaller Unmarshaller => shared.Unmarshaller;

    public InvokeOptionsBase Options => shared.Options;

    public AWSCredentials ExplicitAWSCredentials => shared.ExplicitAWSCredentials;

    public IClientConfig ClientConfig => shared.ClientConfig;

    public bool IsAsync => shared.IsAsync;

    public IServiceMetadata ServiceMetaData => shared.ServiceMetaData;

    public bool CSMEnabled => false;

    public Guid InvocationId => shared.InvocationId;

    public IDictionary<string, object> ContextAttributes => shared.ContextAttributes;

    // The SDK's handlers add to it while the attempt runs.
    private static UserAgentDetails CopyOf(UserAgentDetails shared)
    {
        var copy = new UserAgentDetails();
        copy.AddUserAgentComponent(shared.GenerateUserAgentWithMetrics());
        return copy;
    }
}
