using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.References;

/// <summary>Takes references that come in without a static type (AppHosts in other languages) the same way as typed ones.</summary>
internal static class ReferenceDispatch
{
    public static IResourceBuilder<TDestination>? Try<TDestination>(
        IResourceBuilder<TDestination> builder, IResourceBuilder<IResource> source, string? connectionName, bool optional, string? name)
        where TDestination : IResourceWithEnvironment
    {
        if (source is not IResourceBuilder<IAlternatorResource> alternator)
            return null;
        if (optional)
            throw new InvalidOperationException($"A reference to '{source.Resource.Name}' can't be optional: Alternator is a resource of this AppHost.");
        if (name is not null)
            throw new InvalidOperationException($"A reference to '{source.Resource.Name}' takes a connection name, not a service name.");
        return builder.WithReference(alternator, connectionName);
    }

    /// <summary>The expression that <c>WithConnectionStringRedirection</c> put in place of the resource's own.</summary>
    public static ReferenceExpression RedirectedOr(IResource resource, Func<ReferenceExpression> own) =>
        resource.TryGetLastAnnotation<ConnectionStringRedirectAnnotation>(out var redirect) ? redirect.Resource.ConnectionStringExpression : own();
}
