using System.Net;
using Alternator.Client;
using Alternator.Dns;
using Amazon.Runtime;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Emulator;
using Aspire.Hosting.Lifecycle;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Companions;

/// <summary>
/// Runs the DNS server of a resource: waits until Alternator runs and its nodes have addresses, serves, and shows where. Its health is
/// what the server says of itself: it knows nodes that it can show.
/// </summary>
internal sealed partial class DnsServerRun(AlternatorDnsServerResource resource, int? port, Action<AlternatorDnsOptions>? configure) : IAsyncDisposable, IHealthCheck
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private AlternatorDnsServer? _server;

    public async Task StartAsync(InitializeResourceEvent initialize, CancellationToken cancellationToken)
    {
        try
        {
            await initialize.Eventing.PublishAsync(new BeforeResourceStartedEvent(resource, initialize.Services), cancellationToken).ConfigureAwait(false);
            await FacadeLifecycle.PublishAsync(initialize.Notifications, resource, KnownResourceStates.Waiting).ConfigureAwait(false);
            await initialize.Notifications.WaitForResourceAsync(resource.Alternator.Name, KnownResourceStates.Running, cancellationToken).ConfigureAwait(false);
            await FacadeLifecycle.PublishAsync(initialize.Notifications, resource, KnownResourceStates.Starting).ConfigureAwait(false);

            _server = new AlternatorDnsServer(await OptionsAsync(cancellationToken).ConfigureAwait(false), new ResourceLoggerFactory(initialize.Logger));
            await _server.StartAsync(cancellationToken).ConfigureAwait(false);
            resource.EndPoint = _server.Endpoints[0];
            resource.HealthEndpoint = _server.HttpEndpoint;
            Serving(initialize.Logger, resource.Zone, resource.EndPoint, resource.EndPoint.Address, resource.EndPoint.Port);
            await initialize.Notifications.PublishUpdateAsync(resource, state => state with
            {
                Urls = [new("dns", $"dns://{resource.EndPoint}/{resource.Zone}", IsInternal: false)],
            }).ConfigureAwait(false);
            await FacadeLifecycle.PublishAsync(initialize.Notifications, resource, KnownResourceStates.Running).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            StartFailed(initialize.Logger, e, resource.Name, e.Message);
            await FacadeLifecycle.PublishAsync(initialize.Notifications, resource, KnownResourceStates.FailedToStart).ConfigureAwait(false);
        }
    }

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (resource.HealthEndpoint is not { } endpoint)
            return HealthCheckResult.Unhealthy($"waits for {resource.Alternator.Name}");
        using HttpResponseMessage answer = await _http.GetAsync(new Uri(endpoint, "health"), cancellationToken).ConfigureAwait(false);
        string said = await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        return answer.IsSuccessStatusCode ? HealthCheckResult.Healthy(said) : HealthCheckResult.Unhealthy(said);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync().ConfigureAwait(false);
        _http.Dispose();
    }

    private async Task<AlternatorDnsOptions> OptionsAsync(CancellationToken cancellationToken)
    {
        string text = await resource.Alternator.GetConnectionStringAsync(cancellationToken).ConfigureAwait(false)
            ?? throw new DistributedApplicationException($"{resource.Alternator.Name} has no connection string, so {resource.Name} doesn't know its nodes.");
        AlternatorConnectionString connection = AlternatorConnectionString.Parse(text);
        var options = new AlternatorDnsOptions { Http = new IPEndPoint(IPAddress.Loopback, 0) };
        foreach (Uri endpoint in connection.Endpoints)
            options.Endpoints.Add(endpoint);
        options.Names.Add(resource.Zone);
        options.Listen.Add(new IPEndPoint(IPAddress.Loopback, port ?? 0));
        options.Tls.CaFile = connection.CaFile;
        if (connection.Datacenter is { } datacenter)
            options.Scope = RoutingScope.Datacenter(datacenter);
        if (connection.AccessKey is { } accessKey)
            options.Credentials = new BasicAWSCredentials(accessKey, connection.SecretKey);
        configure?.Invoke(options);
        return options;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Zone} is answered at {EndPoint} over UDP and TCP; try: dig @{Address} -p {Port} {Zone}")]
    private static partial void Serving(ILogger logger, string zone, IPEndPoint endPoint, IPAddress address, int port);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Resource} could not be started: {Reason}")]
    private static partial void StartFailed(ILogger logger, Exception e, string resource, string reason);
}
