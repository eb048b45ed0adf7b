using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.References;
using Aspire.Hosting.Scylla;

namespace Aspire.Hosting.Containers;

/// <summary>Makes a container resource a Scylla node: image, endpoints, command line. The same for a single node and for one of a cluster.</summary>
internal static class NodeContainer
{
    public const string DataFolder = "/var/lib/scylla";
    public const string CertificateFolder = "/etc/scylla/alternator";

    /// <param name="builder">The container.</param>
    /// <param name="settings">What was asked for; read when the container starts.</param>
    /// <param name="port">The port on the host; one that is free when null.</param>
    /// <param name="place">Adds what only this node has: seeds, datacenter, rack.</param>
    public static IResourceBuilder<T> Configure<T>(IResourceBuilder<T> builder, ScyllaSettings settings, int? port, Func<ScyllaArguments, ScyllaArguments> place)
        where T : ContainerResource =>
        builder
            .WithImage(AlternatorContainerImageTags.Image, AlternatorContainerImageTags.Tag)
            .WithImageRegistry(AlternatorContainerImageTags.Registry)
            .WithHttpEndpoint(port: port, targetPort: ScyllaArguments.HttpPort, name: AlternatorEndpoints.Http)
            .WithTechnicalEndpoint(AlternatorEndpoints.Cql, "tcp", ScyllaArguments.CqlPort)
            .WithTechnicalEndpoint(AlternatorEndpoints.Rest, "http", ScyllaArguments.RestPort)
            .WithTechnicalEndpoint(AlternatorEndpoints.Metrics, "http", ScyllaArguments.MetricsPort)
            .WithLink(AlternatorEndpoints.Http, url => url.DisplayText = "Alternator")
            .WithLink(AlternatorEndpoints.Metrics, url => (url.DisplayText, url.Url, url.DisplayLocation) = ("Metrics", $"{url.Url}/metrics", UrlDisplayLocation.DetailsOnly))
            .WithLink(AlternatorEndpoints.Rest, url => (url.DisplayText, url.Url, url.DisplayLocation) = ("REST API", $"{url.Url}/ui/", UrlDisplayLocation.DetailsOnly))
            .WithArgs(async context =>
            {
                ScyllaArguments arguments = place(settings.Arguments(TagOf(builder.Resource)));
                if (context.ExecutionContext.IsRunMode)
                {
                    await RefuseUnspeakableSecretAsync(settings, context.CancellationToken).ConfigureAwait(false);
                    // The published port of the REST API would lead nowhere otherwise. Not in a deployment: the API asks nobody who they are.
                    arguments = arguments with { ApiAddress = "0.0.0.0" };
                }
                foreach (ScyllaArgument argument in arguments.Build())
                    context.Args.Add(Late(argument, settings, $"{CertificateFolder}/node.crt", $"{CertificateFolder}/node.key"));
            })
            .WithContainerFiles("/etc/scylla", (_, _) =>
            {
                string? properties = place(settings.Arguments(TagOf(builder.Resource))).RackProperties;
                return Task.FromResult<IEnumerable<ContainerFileSystemItem>>(properties is null ? [] : [new ContainerFile { Name = ScyllaArguments.RackPropertiesFile, Contents = properties, Mode = WorldReadable }]);
            });

    public const UnixFileMode WorldReadable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>
    /// The secret crosses the shell of the image's entry point and the connection string. It stays a parameter until Aspire resolves it, so that it is hidden where it is shown; so it can't be
    /// escaped here, only looked at.
    /// </summary>
    private static async Task RefuseUnspeakableSecretAsync(ScyllaSettings settings, CancellationToken cancellationToken)
    {
        if (settings.Role is not { } role || await role.SecretKey.GetValueAsync(cancellationToken).ConfigureAwait(false) is not { } secret)
            return;
        if (secret.Length == 0 || secret.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-' or '.' or '/' or '+' or '=')))
            throw new DistributedApplicationException($"The secret key in the parameter '{role.SecretKey.Name}' must consist of letters, digits and '_-./+=': others don't get through the shell of ScyllaDB's container image.");
    }

    /// <summary>The argument as Aspire takes it: text, or an expression that is resolved (and hidden, where it is a secret) when the container starts.</summary>
    public static object Late(ScyllaArgument argument, ScyllaSettings settings, object certificatePath, object keyPath)
    {
        var text = new ReferenceExpressionBuilder();
        text.AppendLiteral(argument.Text);
        switch (argument.Late)
        {
            case LateValue.SecretKey:
                text.AppendFormatted(settings.Role!.SecretKey);
                break;
            case LateValue.CertificatePath:
                Append(certificatePath);
                break;
            case LateValue.KeyPath:
                Append(keyPath);
                break;
            default:
                return argument.Text;
        }
        return text.Build();

        void Append(object path)
        {
            if (path is ReferenceExpression expression)
                text.AppendFormatted(expression);
            else
                text.AppendLiteral((string)path);
        }
    }

    private static string TagOf(ContainerResource container) =>
        container.TryGetLastAnnotation<ContainerImageAnnotation>(out var image) && image.Tag is { } tag ? tag : AlternatorContainerImageTags.Tag;

    /// <summary>An endpoint for people and tools: not handed to services that reference the node.</summary>
    private static IResourceBuilder<T> WithTechnicalEndpoint<T>(this IResourceBuilder<T> builder, string name, string scheme, int targetPort)
        where T : ContainerResource =>
        builder.WithEndpoint(name, endpoint => (endpoint.UriScheme, endpoint.TargetPort, endpoint.ExcludeReferenceEndpoint) = (scheme, targetPort, true))
            .WithLink(name, url => url.DisplayLocation = UrlDisplayLocation.DetailsOnly);
}
