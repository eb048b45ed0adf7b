using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Containers;
using Aspire.Hosting.References;
using Aspire.Hosting.Scylla;

namespace Aspire.Hosting;

public static partial class AlternatorBuilderExtensions
{
    /// <summary>
    /// Has clients talk TLS to Alternator, with Aspire's developer certificate or one of your own. The plain port stays open for the AppHost's
    /// probes. The developer certificate is trusted by the services that Aspire starts; for one of your own, <paramref name="caFile"/> goes into the connection string, so that
    /// clients check it. Of what can be published only Docker Compose's output takes the files along; a node with a certificate is refused elsewhere.
    /// </summary>
    /// <typeparam name="T">The kind of resource.</typeparam>
    /// <param name="builder">Alternator.</param>
    /// <param name="certificateFile">A PEM file with the certificate, for every name and address of every node; null for the developer certificate.</param>
    /// <param name="keyFile">A PEM file with its key.</param>
    /// <param name="caFile">A PEM file with the authority that signed it.</param>
    /// <returns>The same resource builder.</returns>
    [AspireExport("withAlternatorHttps", MethodName = "withHttps")]
    public static IResourceBuilder<T> WithHttps<T>(this IResourceBuilder<T> builder, string? certificateFile = null, string? keyFile = null, string? caFile = null)
        where T : IAlternatorContainerResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (certificateFile is null != keyFile is null)
            throw new ArgumentException("A certificate and its key are given together, or neither.", certificateFile is null ? nameof(certificateFile) : nameof(keyFile));
        if (builder.ApplicationBuilder.ExecutionContext.IsPublishMode && builder.Resource is AlternatorClusterResource)
            return builder; // Its nodes are never deployed.
        if (certificateFile is null && builder.ApplicationBuilder.ExecutionContext.IsPublishMode)
            throw new DistributedApplicationException($"'{builder.Resource.Name}' can't be published with Aspire's developer certificate, which is of this machine only: give WithHttps the files of a certificate, or call it only when the ExecutionContext is in run mode.");
        string? Full(string? file) => file is null ? null : Path.GetFullPath(file, builder.ApplicationBuilder.AppHostDirectory);
        foreach (string? file in new[] { Full(certificateFile), Full(keyFile), Full(caFile) })
        {
            if (file is not null && !System.IO.File.Exists(file))
                throw new ArgumentException($"The file '{file}' doesn't exist. A relative path starts at the AppHost's folder.", nameof(certificateFile));
        }
        var tls = new AlternatorTls(Full(certificateFile), Full(keyFile), Full(caFile), builder.ApplicationBuilder.ExecutionContext.IsPublishMode);
        bool first = builder.Resource.Settings.Tls is null;
        builder.Resource.Settings.Tls = tls;
        return !first ? builder : builder.EachNode((node, _) =>
        {
            node.WithHttpsEndpoint(targetPort: ScyllaArguments.HttpsPort, name: AlternatorEndpoints.Https);
            node.WithLink(AlternatorEndpoints.Https, url => url.DisplayText = "Alternator (TLS)");
            if (tls.CertificateFile is not null)
                node.WithContainerFiles(NodeContainer.CertificateFolder, [tls.Certificate("node.crt", tls.CertificateFile), AlternatorTls.Key("node.key", tls.KeyFile!)]);
            else
                WithDeveloperCertificate(node, builder.Resource.Settings);
        });
    }

#pragma warning disable ASPIRECERTIFICATES001 // The only way to Aspire's developer certificate.
    private static void WithDeveloperCertificate(IResourceBuilder<ContainerResource> node, ScyllaSettings settings) =>
        node.WithHttpsDeveloperCertificate().WithHttpsCertificateConfiguration(context =>
        {
            foreach (ScyllaArgument argument in ScyllaArguments.Tls())
                context.Arguments.Add(NodeContainer.Late(argument, settings, context.CertificatePath, context.KeyPath));
            return Task.CompletedTask;
        });
#pragma warning restore ASPIRECERTIFICATES001
}
