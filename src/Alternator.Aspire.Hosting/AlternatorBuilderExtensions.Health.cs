using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Health;
using Aspire.Hosting.Preflight;
using Aspire.Hosting.References;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting;

public static partial class AlternatorBuilderExtensions
{
    private static IResourceBuilder<T> WithNodeHealth<T>(this IResourceBuilder<T> builder, T node, IAlternatorResource alternator)
        where T : ContainerResource
    {
        var verdict = new NodeVerdict(TimeProvider.System);
        var endpoint = new EndpointReference(node, AlternatorEndpoints.Http);
        string key = $"{node.Name}_check";
        builder.ApplicationBuilder.Services.TryAddSingleton<NodeReads>();
        builder.ApplicationBuilder.Services.AddPatientHealthCheck(key, services =>
        {
            NodeReads reads = services.GetRequiredService<NodeReads>();
            return new NodeHealthCheck(endpoint, verdict, LocalNodes.AskAsync, async (address, token) => (await reads.RowAsync(alternator, address, token).ConfigureAwait(false))?.Address);
        });
        return builder
            .OnBeforeResourceStarted((_, _, _) =>
            {
                verdict.Restarted();
                return Task.CompletedTask;
            })
            .WithHealthCheck(key);
    }

    /// <summary>Says before the boot what would make it fail obscurely on this machine.</summary>
    private static IResourceBuilder<T> WithPreflight<T>(this IResourceBuilder<T> builder, IAlternatorServerResource server, bool onlyIf = true)
        where T : ContainerResource =>
        !onlyIf ? builder : builder.OnBeforeResourceStarted((resource, before, _) =>
        {
            ILogger logger = before.Services.GetRequiredService<ResourceLoggerService>().GetLogger(resource);
            foreach (string warning in PreflightCheck.Warnings(MachineFacts.Read(), server.Nodes.Count, server.Settings))
                PreflightLog.Warning(logger, warning);
            return Task.CompletedTask;
        });
}
