using Alternator.Client;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.References;

/// <summary>One part of a connection string that is known only at run time.</summary>
internal sealed class ConnectionStringPart(ReferenceExpression connectionString, string resource, Func<AlternatorConnectionString, string> read)
    : IValueProvider, IManifestExpressionProvider, IValueWithReferences
{
    /// <summary>In a deployment only the whole string is known, so nothing that is published may hold a part.</summary>
    public string ValueExpression => $"{{{resource}.connectionString}}";

    public IEnumerable<object> References => [connectionString];

    public async ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default)
    {
        string? text = await connectionString.GetValueAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return text is null ? null : read(AlternatorConnectionString.Parse(text));
        }
        catch (FormatException e)
        {
            throw new DistributedApplicationException($"ConnectionStrings:{resource} is no connection string of Alternator: {e.Message}");
        }
    }
}
