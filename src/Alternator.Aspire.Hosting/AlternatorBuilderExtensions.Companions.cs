using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static partial class AlternatorBuilderExtensions
{
    /// <summary>
    /// Adds dynamodb-admin, a web page to look at the tables and change items, in a container. It is never part of a deployment.
    /// </summary>
    /// <remarks>
    /// This version of the package defaults to the <inheritdoc cref="AlternatorContainerImageTags.AdminTag"/> tag of the
    /// <inheritdoc cref="AlternatorContainerImageTags.AdminImage"/> container image.
    /// </remarks>
    /// <ats-remarks />
    /// <typeparam name="T">The kind of resource.</typeparam>
    /// <param name="builder">Alternator.</param>
    /// <param name="configureContainer">Changes the container, e.g. its port on the host.</param>
    /// <param name="containerName">The name of the resource; <c>{name}-admin</c> when null.</param>
    /// <returns>The same resource builder.</returns>
    [AspireExport(RunSyncOnBackgroundThread = true)]
    public static IResourceBuilder<T> WithDynamoDbAdmin<T>(this IResourceBuilder<T> builder, Action<IResourceBuilder<DynamoDbAdminResource>>? configureContainer = null, string? containerName = null)
        where T : IAlternatorContainerResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        T alternator = builder.Resource;
        string name = containerName ?? $"{alternator.Name}-admin";
        if (builder.ApplicationBuilder.Resources.OfType<DynamoDbAdminResource>().FirstOrDefault(r => r.Name == name) is { } existing)
        {
            configureContainer?.Invoke(builder.ApplicationBuilder.CreateResourceBuilder(existing));
            return builder;
        }
        // The emulator listens on loopback addresses of the host, where no container reaches it.
        if (alternator.Settings.IsEmulated)
            return builder;
        IResourceBuilder<DynamoDbAdminResource> admin = builder.ApplicationBuilder.AddResource(new DynamoDbAdminResource(name, alternator))
            .WithImage(AlternatorContainerImageTags.AdminImage, AlternatorContainerImageTags.AdminTag)
            .WithImageRegistry(AlternatorContainerImageTags.AdminRegistry)
            .WithHttpEndpoint(targetPort: DynamoDbAdminResource.Port, name: "http")
            .WithUrlForEndpoint("http", url => url.DisplayText = "DynamoDB admin")
            .WithHttpHealthCheck("/")
            .WithIconName("WindowDatabase")
            .WithEnvironment(context =>
            {
                context.EnvironmentVariables["DYNAMO_ENDPOINT"] = alternator.NodeEndpoints[0].Property(EndpointProperty.Url);
                context.EnvironmentVariables["AWS_REGION"] = alternator.Region;
                context.EnvironmentVariables["AWS_ACCESS_KEY_ID"] = alternator.AccessKeyExpression;
                context.EnvironmentVariables["AWS_SECRET_ACCESS_KEY"] = alternator.SecretKeyExpression;
            })
            .WithParentRelationship(alternator)
            .ExcludeFromManifest();
        configureContainer?.Invoke(admin);
        return builder;
    }

    /// <summary>Fixes the port of the admin page on the host.</summary>
    /// <param name="builder">The admin page.</param>
    /// <param name="port">The port; a free one when null.</param>
    /// <returns>The same resource builder.</returns>
    [AspireExport("withDynamoDbAdminHostPort", MethodName = "withHostPort")]
    public static IResourceBuilder<DynamoDbAdminResource> WithHostPort(this IResourceBuilder<DynamoDbAdminResource> builder, int? port)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ThrowIfNoPort(port);
        return builder.WithEndpoint("http", endpoint => endpoint.Port = port);
    }
}
