namespace Aspire.Hosting.ApplicationModel;

/// <summary>A web page to look at tables and change items: dynamodb-admin in a container.</summary>
/// <param name="name">The name of the resource.</param>
/// <param name="alternator">Whose tables it shows.</param>
public sealed class DynamoDbAdminResource(string name, IAlternatorResource alternator) : ContainerResource(name)
{
    /// <summary>Whose tables it shows.</summary>
    public IAlternatorResource Alternator { get; } = alternator;

    internal const int Port = 8001;
}
