namespace Alternator.Client;

public sealed partial class AlternatorDynamoDBClient
{
    /// <summary>
    /// Takes from a configuration what can change while requests run: <see cref="AlternatorClientConfig.Balancing"/>,
    /// <see cref="AlternatorClientConfig.Retry"/>, <see cref="AlternatorClientConfig.Hedging"/>, the compression of requests, and, when
    /// the client has nodes of its own, the intervals of discovery and the thresholds of health. Requests that are on their way end as
    /// they began. Everything else in the configuration is left aside: it takes a new client.
    /// </summary>
    /// <param name="config">The settings; a copy is taken.</param>
    /// <exception cref="ArgumentException">A setting is out of its range; then nothing has changed.</exception>
    public void Reconfigure(AlternatorClientConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        Runtime.Reconfigure(config);
    }
}
