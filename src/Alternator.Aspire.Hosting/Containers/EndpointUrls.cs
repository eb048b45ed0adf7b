using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Containers;

/// <summary>How the addresses of a node look in the dashboard.</summary>
internal static class EndpointUrls
{
    /// <summary>
    /// Changes the link of an endpoint, where the endpoint is: Aspire's own <c>WithUrlForEndpoint</c> warns where it isn't, and a node that is emulated in place of its container has only
    /// the endpoint of Alternator.
    /// </summary>
    [AspireExportIgnore(Reason = "Internal.")]
    public static IResourceBuilder<T> WithLink<T>(this IResourceBuilder<T> builder, string endpoint, Action<ResourceUrlAnnotation> change)
        where T : IResource =>
        builder.WithUrls(context =>
        {
            if (context.Urls.FirstOrDefault(url => url.Endpoint?.EndpointName == endpoint) is { } link)
                change(link);
        });
}
