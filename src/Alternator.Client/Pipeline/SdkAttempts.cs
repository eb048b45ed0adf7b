using Amazon.Runtime;
using Amazon.Runtime.Internal;

namespace Alternator.Client;

/// <summary>Makes the request of each attempt from the one that the SDK marshalled: same body (compressed once), same headers less
/// those that are trimmed, the node's address.</summary>
internal sealed class SdkAttempts
{
    private readonly IExecutionContext _original;
    private readonly AlternatorClientConfig _config;
    private readonly byte[] _body;
    private readonly Lock _completing = new();
    private bool _completed;

    public SdkAttempts(IExecutionContext original, ClientRuntime runtime)
    {
        _original = original;
        _config = runtime.Config;
        IRequest request = original.RequestContext.Request;
        byte[] body = MarshalledBody.Of(request);
        if (_config.Compression.CompressRequests && body.Length > 0 && body.Length >= _config.Compression.RequestThreshold && !request.Headers.ContainsKey("Content-Encoding"))
        {
            body = RequestCompression.Gzip(body);
            request.Headers["Content-Encoding"] = "gzip";
        }
        _body = body;
        if (_config.Compression.AcceptHeader is { } accept)
            request.Headers["Accept-Encoding"] = accept;
        if (_config.Wire.TrimHeaders)
        {
            foreach (string name in WireHeaders.Trimmed)
                request.Headers.Remove(name);
        }
    }

    public IExecutionContext ContextFor(AlternatorNode node, int attempt, CancellationToken attemptToken)
    {
        IRequest marshalled = _original.RequestContext.Request;
        var request = new DefaultRequest(marshalled.OriginalRequest, marshalled.ServiceName)
        {
            HttpMethod = marshalled.HttpMethod,
            ResourcePath = marshalled.ResourcePath,
            Content = _body,
            Endpoint = node.RequestUri,
            AuthenticationRegion = marshalled.AuthenticationRegion,
            DeterminedSigningRegion = marshalled.DeterminedSigningRegion,
            OverrideSigningServiceName = marshalled.OverrideSigningServiceName,
            SignatureVersion = marshalled.SignatureVersion,
            ChosenAuthScheme = marshalled.ChosenAuthScheme,
            EndpointAttributes = marshalled.EndpointAttributes,
            UseDoubleEncoding = marshalled.UseDoubleEncoding,
            DisablePayloadSigning = marshalled.DisablePayloadSigning,
        };
        lock (_completing)
        {
            foreach (var (name, value) in marshalled.Headers)
                request.Headers[name] = value;
        }
        return new Amazon.Runtime.Internal.ExecutionContext(new AttemptContext(_original.RequestContext, request, attempt, withUserAgent: !_config.Wire.TrimHeaders, attemptToken), new ResponseContext());
    }

    /// <summary>Makes the outcome of the first attempt that succeeded visible to the handlers above.</summary>
    public void Complete(IExecutionContext attempt)
    {
        lock (_completing)
        {
            if (_completed)
                return;
            _completed = true;
            _original.ResponseContext.Response = attempt.ResponseContext.Response;
            _original.ResponseContext.HttpResponse = attempt.ResponseContext.HttpResponse;
            _original.RequestContext.Request.Endpoint = attempt.RequestContext.Request.Endpoint;
            _original.RequestContext.IsSigned = attempt.RequestContext.IsSigned;
            foreach (var (name, value) in attempt.RequestContext.Request.Headers)
                _original.RequestContext.Request.Headers[name] = value;
        }
    }
}
