using System.Runtime.CompilerServices;
using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Telemetry;

namespace Alternator.Client;

/// <summary>
/// Whether the fast path honours everything that is set. It does not for: handlers that a pipeline customizer added, a telemetry
/// provider of the SDK, subscribers of the client's or the request's events, an HTTP client factory of the caller's, untrimmed headers,
/// the SDK's logging of responses and metrics, its collections of version 3, keys with unusual characters. Then the SDK's chain serves.
/// </summary>
internal sealed class FastPathGate
{
    private static readonly Type NoMeters = new DefaultTelemetryProvider().MeterProvider.GetType();
    private static readonly Type NoTracers = new DefaultTelemetryProvider().TracerProvider.GetType();

    private readonly AmazonServiceClient _client;
    private readonly TelemetryProvider _telemetry;
    private readonly bool _open;

    public FastPathGate(AmazonServiceClient client, AlternatorClientConfig config, CredentialSource credentials, bool pipelineIsAsBuilt)
    {
        _client = client;
        _telemetry = config.TelemetryProvider;
        _open = SeesSubscribersOf(client) && pipelineIsAsBuilt && credentials.IsUsable && config.Wire.TrimHeaders
            && ReferenceEquals(config.HttpClientFactory, config.Runtime!.HttpClients) && !config.Runtime.Nodes.Transport.IsReplaced
            && !config.LogResponse && !config.LogMetrics && AWSConfigs.LoggingConfig.LogResponses == ResponseLoggingOption.Never
            && !AWSConfigs.InitializeCollections;
    }

    public bool IsOpenFor(AmazonWebServiceRequest? request) =>
        _open && request is not null && _telemetry.TracerProvider.GetType() == NoTracers && _telemetry.MeterProvider.GetType() == NoMeters && BeforeRequest(_client) is null && AfterResponse(_client) is null && OnException(_client) is null
        && BeforeMarshalling(_client) is null && BeforeRequest(request) is null;

    // Who has subscribed is the SDK's secret. Where its fields have other names, the chain serves always.
    private static bool SeesSubscribersOf(AmazonServiceClient client)
    {
        try
        {
            _ = BeforeRequest(client);
            _ = AfterResponse(client);
            _ = OnException(client);
            _ = BeforeMarshalling(client);
            _ = BeforeRequest(new Amazon.DynamoDBv2.Model.GetItemRequest());
            return true;
        }
        catch (MissingFieldException)
        {
            return false;
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "mBeforeRequestEvent")]
    private static extern ref RequestEventHandler? BeforeRequest(AmazonServiceClient client);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "mAfterResponseEvent")]
    private static extern ref ResponseEventHandler? AfterResponse(AmazonServiceClient client);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "mExceptionEvent")]
    private static extern ref ExceptionEventHandler? OnException(AmazonServiceClient client);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "mBeforeMarshallingEvent")]
    private static extern ref PreRequestEventHandler? BeforeMarshalling(AmazonServiceClient client);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "mBeforeRequestEvent")]
    private static extern ref RequestEventHandler? BeforeRequest(AmazonWebServiceRequest request);
}
