using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

internal static class AlternatorCommandExtensions
{
    [AspireExportIgnore(Reason = "Internal.")]
    public static IResourceBuilder<T> WithClusterCommands<T>(this IResourceBuilder<T> builder)
        where T : IAlternatorServerResource => builder;

    [AspireExportIgnore(Reason = "Internal.")]
    public static IResourceBuilder<T> WithNodeCommands<T>(this IResourceBuilder<T> builder)
        where T : ContainerResource => builder;
}
