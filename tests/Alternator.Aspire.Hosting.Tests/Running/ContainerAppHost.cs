#pragma warning disable ASPIRECERTIFICATES001 // The developer certificate is experimental in Aspire.
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace Alternator.Aspire.Hosting.Tests;

/// <summary>One AppHost with every kind of node but the cluster of three: they start beside each other, which takes hardly longer than one.</summary>
public sealed class ContainerAppHost : RunningAppHost
{
    private readonly string _certificates = Directory.CreateTempSubdirectory("alternator-tls-").FullName;

    /// <summary>With authorization and the admin page.</summary>
    public AlternatorResource Alternator { get; private set; } = null!;

    /// <summary>With Aspire's developer certificate.</summary>
    public AlternatorClusterResource Developer { get; private set; } = null!;

    /// <summary>With a certificate of one's own.</summary>
    public AlternatorResource Own { get; private set; } = null!;

    protected override void Describe(IDistributedApplicationBuilder builder)
    {
        IResourceBuilder<AlternatorResource> alternator = builder.AddAlternator("alternator").WithImageTag(ContainerEngine.Tag).WithAuthorization("app").WithDynamoDbAdmin();
        Use(alternator, "music", "");
        builder.AddAlternator("mortal").WithImageTag(ContainerEngine.Tag);
        if (!ContainerEngine.IsLive)
        {
            builder.AddAlternator("slow").WithEnvironment("STANDIN_BOOT_SECONDS", "3600").WithMemory("9000G");
            builder.AddAlternator("broken").WithScyllaArguments("--no-such-option=1");
        }

        builder.Services.AddSingleton<IDeveloperCertificateService>(new TestCertificates.OfDeveloper(TestCertificates.Developer()));
        IResourceBuilder<AlternatorClusterResource> developer = builder.AddAlternatorCluster("developer", nodes: 2).WithImageTag(ContainerEngine.Tag).WithHttps();
        Use(developer, "songs", "developer-");

        TestCertificates.WritePemFiles(_certificates, "localhost", "own.dev.internal");
        IResourceBuilder<AlternatorResource> own = builder.AddAlternator("own").WithImageTag(ContainerEngine.Tag);
        Use(own, "books", "own-");
        // After the references: the order doesn't matter.
        own.WithHttps(Path.Combine(_certificates, "node.pem"), Path.Combine(_certificates, "node.key"), Path.Combine(_certificates, "ca.pem"));
        (Alternator, Developer, Own) = (alternator.Resource, developer.Resource, own.Resource);
    }

    protected override async Task ReadyAsync()
    {
        foreach (string resource in new[] { "on-host", "developer-on-host", "own-on-host", "mortal" })
            await Application.HealthyAsync(resource);
    }

    /// <summary>A table, and who uses it: a process of the host and a container.</summary>
    private static void Use(IResourceBuilder<IAlternatorResource> alternator, string table, string consumers)
    {
        IResourceBuilder<AlternatorTableResource> there = alternator.AddTable(table, partitionKey: "key");
        alternator.ApplicationBuilder.AddHostConsumer($"{consumers}on-host").WithReference(alternator).WaitFor(there);
        if (!ContainerEngine.IsLive)
            alternator.ApplicationBuilder.AddContainerConsumer($"{consumers}in-container").WithReference(alternator).WaitFor(there);
    }
}
