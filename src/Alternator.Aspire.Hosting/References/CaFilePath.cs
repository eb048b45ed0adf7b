using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.References;

/// <summary>
/// Where a consumer finds the certificate of the authority that signed the nodes' certificates: processes of the host at its place there, containers in a copy that <c>WithReference</c> puts into
/// them.
/// </summary>
internal sealed class CaFilePath(string alternator, string hostPath) : IValueProvider, IManifestExpressionProvider
{
    /// <summary>The folder of the copies in containers.</summary>
    public const string ContainerFolder = "/etc/alternator";

    /// <summary>The name of the copy in containers.</summary>
    public static string FileName(string alternator) => $"{alternator}-ca.pem";

    /// <summary>The place of the copy in containers, and so in a deployment, where every consumer is a container.</summary>
    public static string InContainers(string alternator) => $"{ContainerFolder}/{FileName(alternator)}";

    public string ValueExpression => hostPath;

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => new(hostPath);

    public ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken = default) =>
        new(context.Caller?.IsContainer() == true ? InContainers(alternator) : hostPath);
}
