using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.References;

namespace Aspire.Hosting;

/// <summary>References to Alternator from services.</summary>
public static class AlternatorReferenceExtensions
{
    /// <summary>
    /// Gives a service the connection string of Alternator (<c>ConnectionStrings__{name}</c>, for <c>AddAlternatorClient</c>), its connection
    /// properties (<c>{NAME}_URI</c> and the like) and the environment that every AWS SDK reads, so that services in Python, Java, Go or
    /// Node need no code: <c>AWS_ENDPOINT_URL_DYNAMODB</c>, <c>AWS_ENDPOINT_URL_DYNAMODB_STREAMS</c>, <c>AWS_ACCESS_KEY_ID</c>,
    /// <c>AWS_SECRET_ACCESS_KEY</c>, <c>AWS_REGION</c> and <c>AWS_DEFAULT_REGION</c>. The AWS variables hold one endpoint only, that of the first node.
    /// </summary>
    /// <ats-remarks><c>withReference</c> does the same with all the variables; this one lets choose.</ats-remarks>
    /// <typeparam name="TDestination">The service.</typeparam>
    /// <param name="builder">The service.</param>
    /// <param name="source">Alternator, or a table of it.</param>
    /// <param name="connectionName">The name of the connection string; the resource's name when null.</param>
    /// <param name="awsEnvironment">Whether to set the variables of the AWS SDKs. Set it to false for a service that also uses AWS itself.</param>
    /// <returns>The same resource builder.</returns>
    [AspireExport("withAlternatorReference")]
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IAlternatorResource> source, string? connectionName = null, bool awsEnvironment = true)
        where TDestination : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(source);
        builder.WithReference((IResourceBuilder<IResourceWithConnectionString>)source, connectionName, optional: false);
        IAlternatorResource alternator = source.Resource;
        // In a deployment a project is a container too.
        if (builder.Resource is ContainerResource || builder.ApplicationBuilder.ExecutionContext.IsPublishMode)
            WithCaFile(builder, RootOf(alternator));
        if (!awsEnvironment)
            return builder;
        return builder.WithEnvironment(context =>
        {
            // The connection string of a cluster that exists already can't be taken apart before it is known.
            IAlternatorResource root = RootOf(alternator);
            if (context.ExecutionContext.IsPublishMode && root is AlternatorConnectionResource or IAlternatorServerResource { Settings.Published: not null })
                return;
            context.EnvironmentVariables["AWS_ENDPOINT_URL_DYNAMODB"] = alternator.UriExpression;
            context.EnvironmentVariables["AWS_ENDPOINT_URL_DYNAMODB_STREAMS"] = alternator.UriExpression;
            context.EnvironmentVariables["AWS_ACCESS_KEY_ID"] = alternator.AccessKeyExpression;
            context.EnvironmentVariables["AWS_SECRET_ACCESS_KEY"] = alternator.SecretKeyExpression;
            object region = root is AlternatorConnectionResource connection ? connection.RegionExpression : alternator.Region;
            context.EnvironmentVariables["AWS_REGION"] = region;
            context.EnvironmentVariables["AWS_DEFAULT_REGION"] = region;
        });
    }

    private static IAlternatorResource RootOf(IAlternatorResource alternator) => alternator is AlternatorTableResource table ? table.Parent : alternator;

    /// <summary>
    /// Puts a copy of the certificate that the connection string names into a container, once for all references to the same nodes and their tables. Looked for when the container is made, because TLS may
    /// be switched on after the reference.
    /// </summary>
    private static void WithCaFile<TDestination>(IResourceBuilder<TDestination> builder, IAlternatorResource root)
        where TDestination : IResource
    {
        if (root is not IAlternatorServerResource server || builder.Resource.Annotations.OfType<CaFileAnnotation>().Any(already => ReferenceEquals(already.Server, server)))
            return;
        builder.WithAnnotation(new CaFileAnnotation(server)).WithAnnotation(new ContainerFileSystemCallbackAnnotation
        {
            DestinationPath = CaFilePath.ContainerFolder,
            Callback = (_, _) => Task.FromResult<IEnumerable<ContainerFileSystemItem>>(
                server.Settings.Tls is { CaFile: { } file } tls ? [tls.Certificate(CaFilePath.FileName(server.Name), file)] : []),
        });
    }

    private sealed record CaFileAnnotation(IAlternatorServerResource Server) : IResourceAnnotation;
}
