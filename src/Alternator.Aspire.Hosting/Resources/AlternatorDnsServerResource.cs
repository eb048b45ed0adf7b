using System.Net;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A DNS server in the AppHost's process that answers with the live nodes of Alternator, for clients that only know a host name.</summary>
/// <param name="name">The name of the resource.</param>
/// <param name="alternator">Whose nodes it shows, as processes of the host reach them.</param>
/// <param name="zone">The name that it answers for.</param>
public sealed class AlternatorDnsServerResource(string name, IAlternatorResource alternator, string zone) : Resource(name)
{
    /// <summary>Whose nodes it shows.</summary>
    public IAlternatorResource Alternator { get; } = alternator;

    /// <summary>The name that it answers for, e.g. <c>alternator.local</c>.</summary>
    public string Zone { get; } = zone;

    /// <summary>Where it serves over UDP and TCP; null until it runs.</summary>
    public IPEndPoint? EndPoint { get; internal set; }

    internal Uri? HealthEndpoint { get; set; }
}
