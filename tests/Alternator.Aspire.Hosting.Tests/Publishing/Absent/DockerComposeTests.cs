namespace Alternator.Aspire.Hosting.Tests;

/// <summary>Stands for the tests of Docker Compose's output where Aspire.Hosting.Docker can't be restored.</summary>
public class DockerComposeTests
{
    [LeftOutPublisherFact("Docker", "DockerComposeTests.cs")]
    public void What_is_published_for_docker_compose() => Assert.Fail("always skipped");
}
