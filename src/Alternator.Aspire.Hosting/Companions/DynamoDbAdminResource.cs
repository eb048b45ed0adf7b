namespace Aspire.Hosting.ApplicationModel;

/// <summary>A web page to look at tables and change items: dynamodb-admin in a container.</summary>
/// <param name="name">The name of the resource.</param>
public sealed class DynamoDbAdminResource(string name) : ContainerResource(name)
{
    internal const int Port = 8001;
}
