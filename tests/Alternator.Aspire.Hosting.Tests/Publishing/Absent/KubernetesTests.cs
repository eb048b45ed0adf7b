namespace Alternator.Aspire.Hosting.Tests;

/// <summary>Stands for the tests of Kubernetes' output where Aspire.Hosting.Kubernetes can't be restored.</summary>
public class KubernetesTests
{
    [LeftOutPublisherFact("Kubernetes", "KubernetesTests.cs")]
    public void What_is_published_for_kubernetes() => Assert.Fail("always skipped");
}
