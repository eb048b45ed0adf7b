using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.References;
using Aspire.Hosting.Scylla;

namespace Aspire.Hosting.Containers;

/// <summary>Makes a container resource a Scylla node: image, endpoints, command line. The same for a single node and for one of a cluster.</summary>
internal static class NodeContainer
{
    public const string DataFolder = "/var/lib/scylla";
    public const string CertificateFolder = "/etc/scylla/alternator";
    private const string CertificateFile = $"{CertificateFolder}/node.crt";
    private const string KeyFile = $"{CertificateFolder}/node.key";

    /// <summary>The variable that holds the secret in a deployment.</summary>
    private const string SecretVariable = "ALTERNATOR_SECRET_KEY";

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
            .WithRestApi()
            .WithTechnicalEndpoint(AlternatorEndpoints.Metrics, "http", ScyllaArguments.MetricsPort)
            .WithLink(AlternatorEndpoints.Http, url => url.DisplayText = "Alternator")
            .WithLink(AlternatorEndpoints.Metrics, url => (url.DisplayText, url.Url, url.DisplayLocation) = ("Metrics", $"{url.Url}/metrics", UrlDisplayLocation.DetailsOnly))
            .WithArgs(async context =>
            {
                ScyllaArguments arguments = place(settings.Arguments(TagOf(builder.Resource)));
                if (context.ExecutionContext.IsPublishMode)
                {
                    bool compose = DeploymentTarget.IsDockerCompose(builder.Resource, builder.ApplicationBuilder);
                    foreach (ScyllaArgument argument in arguments.Build())
                        context.Args.Add(Published(argument, compose));
                    return;
                }
                await RefuseUnspeakableSecretAsync(settings, context.CancellationToken).ConfigureAwait(false);
                // The published port of the REST API would lead nowhere otherwise.
                arguments = arguments with { ApiAddress = "0.0.0.0" };
                foreach (ScyllaArgument argument in arguments.Build())
                    context.Args.Add(Late(argument, settings, CertificateFile, KeyFile));
            })
            .WithEnvironment(context =>
            {
                if (context.ExecutionContext.IsPublishMode && settings.Role is { } role)
                    context.EnvironmentVariables[SecretVariable] = role.SecretKey;
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

    /// <summary>
    /// The argument as it is published. The secret stays out of it, so that it is kept as deployments keep the secrets of an environment (Kubernetes: in a Secret instead of the pod's description): the
    /// shell of the image's entry point puts it in.
    /// </summary>
    private static string Published(ScyllaArgument argument, bool compose)
    {
        string text = argument.Text + argument.Late switch
        {
            LateValue.SecretKey => $"${SecretVariable}",
            LateValue.CertificatePath => CertificateFile,
            LateValue.KeyPath => KeyFile,
            _ => "",
        };
        return compose ? text.Replace("$", "$$", StringComparison.Ordinal) : text;
    }

    /// <summary>Only in a run, never in a deployment: the API asks nobody who they are.</summary>
    private static IResourceBuilder<T> WithRestApi<T>(this IResourceBuilder<T> builder)
        where T : ContainerResource =>
        builder.ApplicationBuilder.ExecutionContext.IsPublishMode ? builder : builder
            .WithTechnicalEndpoint(AlternatorEndpoints.Rest, "http", ScyllaArguments.RestPort)
            .WithLink(AlternatorEndpoints.Rest, url => (url.DisplayText, url.Url, url.DisplayLocation) = ("REST API", $"{url.Url}/ui/", UrlDisplayLocation.DetailsOnly));

    public static string TagOf(ContainerResource container) =>
        container.TryGetLastAnnotation<ContainerImageAnnotation>(out var image) && image.Tag is { } tag ? tag : AlternatorContainerImageTags.Tag;

    /// <summary>An endpoint for people and tools: not handed to services that reference the node.</summary>
    private static IResourceBuilder<T> WithTechnicalEndpoint<T>(this IResourceBuilder<T> builder, string name, string scheme, int targetPort)
        where T : ContainerResource =>
        builder.WithEndpoint(name, endpoint => (endpoint.UriScheme, endpoint.TargetPort, endpoint.ExcludeReferenceEndpoint) = (scheme, targetPort, true))
            .WithLink(name, url => url.DisplayLocation = UrlDisplayLocation.DetailsOnly);
}
