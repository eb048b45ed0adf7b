using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Scylla;

namespace Aspire.Hosting.References;

/// <summary>
/// Writes the connection string and the connection properties of a server. Endpoints are left as references, so that each consumer
/// (a process of the host, a container) gets every node's address as it reaches it.
/// </summary>
internal static class ConnectionExpressions
{
    public static ReferenceExpression ConnectionString(IAlternatorServerResource server)
    {
        if (server.Settings.Published is { } published)
            return ReferenceExpression.Create($"{published}");
        var text = new ReferenceExpressionBuilder();
        text.AppendLiteral("Endpoints=");
        AppendEndpoints(text, server);
        if (server.Settings.Role is { } role)
            text.Append($";AccessKey={role.AccessKey};SecretKey={role.SecretKey}");
        if (server.Settings.Datacenter is { } datacenter)
            text.Append($";Datacenter={datacenter}");
        if (server.Settings is { IsEmulated: false, Tls: { CaFile: { } caFile } tls })
        {
            text.AppendLiteral(";CaFile=");
            if (tls.IsPublished)
                text.AppendLiteral(CaFilePath.InContainers(server.Name));
            else
                text.AppendFormatted(new CaFilePath(server.Name, caFile));
        }
        return text.Build();
    }

    public static IEnumerable<KeyValuePair<string, ReferenceExpression>> Properties(IAlternatorServerResource server)
    {
        if (server.Settings.Published is not null)
            yield break;
        EndpointReference first = ClientEndpoint(server, server.NodeEndpoints[0]);
        yield return new("Host", ReferenceExpression.Create($"{first.Property(EndpointProperty.Host)}"));
        yield return new("Port", ReferenceExpression.Create($"{first.Property(EndpointProperty.Port)}"));
        yield return new("Uri", server.UriExpression);
        var endpoints = new ReferenceExpressionBuilder();
        AppendEndpoints(endpoints, server);
        yield return new("Endpoints", endpoints.Build());
        yield return new("AccessKey", server.AccessKeyExpression);
        yield return new("SecretKey", server.SecretKeyExpression);
        yield return new("Region", ReferenceExpression.Create($"{server.Region}"));
        if (server.Settings.Datacenter is { } datacenter)
            yield return new("Datacenter", ReferenceExpression.Create($"{datacenter}"));
    }

    public static ReferenceExpression Uri(IAlternatorServerResource server) =>
        ReferenceExpression.Create($"{ClientEndpoint(server, server.NodeEndpoints[0]).Property(EndpointProperty.Url)}");

    private static void AppendEndpoints(ReferenceExpressionBuilder text, IAlternatorServerResource server)
    {
        for (int i = 0; i < server.NodeEndpoints.Count; i++)
        {
            if (i > 0)
                text.AppendLiteral(",");
            text.Append($"{ClientEndpoint(server, server.NodeEndpoints[i]).Property(EndpointProperty.Url)}");
        }
    }

    /// <summary>What clients use: the TLS endpoint of the node when there is one.</summary>
    private static EndpointReference ClientEndpoint(IAlternatorServerResource server, EndpointReference http) =>
        server.Settings.Tls is null || server.Settings.IsEmulated ? http : new EndpointReference(http.Resource, AlternatorEndpoints.Https);
}

/// <summary>The names of a node's endpoints.</summary>
internal static class AlternatorEndpoints
{
    public const string Http = "http";
    public const string Https = "https";
    public const string Cql = "cql";
    public const string Rest = "rest";
    public const string Metrics = "metrics";
}
