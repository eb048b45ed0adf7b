using Amazon.Runtime;

namespace Alternator.Client;

/// <summary>Gives the SDK's chain the connections that everything else uses.</summary>
internal sealed class NodeHttpClientFactory(NodeTransport transport, AlternatorClientConfig config) : HttpClientFactory, IDisposable
{
    private readonly HttpClient _client = new(new SdkMessageHandler(transport.Handler, config), disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => _client;

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

    public void Dispose() => _client.Dispose();
}
