using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Containers;

/// <summary>
/// Where a resource is deployed to, as far as it changes what is published. Aspire's publishers are packages of their own, which aren't referenced here, so an environment is known by the name of
/// its type.
/// </summary>
internal static class DeploymentTarget
{
    private const string DockerCompose = "Aspire.Hosting.Docker.DockerComposeEnvironmentResource";

    /// <summary>Whether it is Docker Compose: the only one whose output carries the files of a container, and the only one that expands a <c>$</c> itself.</summary>
    public static bool IsDockerCompose(IResource resource, IDistributedApplicationBuilder builder)
    {
        IComputeEnvironmentResource[] all = [.. builder.Resources.OfType<IComputeEnvironmentResource>()];
        IComputeEnvironmentResource? target = resource.GetComputeEnvironment() ?? (all.Length == 1 ? all[0] : null);
        return target?.GetType().FullName == DockerCompose;
    }
}
