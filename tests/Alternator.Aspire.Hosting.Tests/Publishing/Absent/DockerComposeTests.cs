using System.Reflection;

namespace Alternator.Aspire.Hosting.Tests;

/// <summary>Stands for the tests of Docker Compose's output where Aspire.Hosting.Docker can't be restored.</summary>
public class DockerComposeTests
{
    [NoDockerFact]
    public void What_is_published_for_docker_compose() => Assert.Fail("always skipped");
}

internal sealed class NoDockerFactAttribute : FactAttribute
{
    public NoDockerFactAttribute() => Skip =
        $"2 test methods are left out: Aspire.Hosting.Docker can't be restored here ({typeof(NoDockerFactAttribute).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == "AspireDockerAbsentBecause").Value})";
}
