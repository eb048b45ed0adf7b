using Amazon.DynamoDBv2;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Health;
using Aspire.Hosting.Tables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Aspire.Hosting;

/// <summary>Tables of Alternator as resources.</summary>
public static partial class AlternatorTableExtensions
{
    /// <summary>
    /// Adds a table. It is created when Alternator is ready; one that exists with the same keys and indexes is taken as it is, one
    /// with others is an error that shows both. A service that waits for the table starts when the table is active and seeded.
    /// </summary>
    /// <param name="builder">Where the table is.</param>
    /// <param name="name">The name of the resource, unique in the AppHost.</param>
    /// <param name="tableName">The name of the table; the resource's name when null. 3 to 222 letters, digits, '_', '-' and '.' (192 from ScyllaDB 2025.4 on).</param>
    /// <param name="partitionKey">The attribute that is the partition key.</param>
    /// <param name="sortKey">The attribute that is the sort key, if there is one.</param>
    /// <param name="partitionKeyType">The type of the partition key.</param>
    /// <param name="sortKeyType">The type of the sort key.</param>
    /// <returns>A builder of the table.</returns>
    [AspireExport]
    public static IResourceBuilder<AlternatorTableResource> AddTable(
        this IResourceBuilder<IAlternatorResource> builder, [ResourceName] string name, string? tableName = null, string partitionKey = "id", string? sortKey = null,
        AlternatorKeyType partitionKeyType = AlternatorKeyType.String, AlternatorKeyType sortKeyType = AlternatorKeyType.String)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrEmpty(partitionKey);
        if (builder.Resource is AlternatorTableResource)
            throw new ArgumentException($"'{builder.Resource.Name}' is a table: add '{name}' to its cluster.", nameof(builder));
        string physical = tableName ?? name;
        if (physical.Length is < 3 or > 222 || physical.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-' or '.')))
            throw new ArgumentException($"'{physical}' is no name of a table: it takes 3 to 222 letters, digits, '_', '-' and '.'. Give one as {nameof(tableName)}.", tableName is null ? nameof(name) : nameof(tableName));
        IDistributedApplicationBuilder application = builder.ApplicationBuilder;
        if (application.Resources.OfType<AlternatorTableResource>().FirstOrDefault(other => other.Parent == builder.Resource && other.TableName == physical) is { } twin)
            throw new ArgumentException($"The table '{physical}' of '{builder.Resource.Name}' is there already, as the resource '{twin.Name}'.", nameof(tableName));

        var table = new AlternatorTableResource(name, physical, builder.Resource);
        table.Declaration.PartitionKey = TableKey.Of(partitionKey, partitionKeyType);
        table.Declaration.SortKey = sortKey is null ? null : table.Declaration.Agreeing(TableKey.Of(sortKey, sortKeyType), nameof(sortKey));
        if (sortKey == partitionKey)
            throw new ArgumentException($"'{sortKey}' can't be both keys of the table '{physical}'.", nameof(sortKey));
        application.Services.TryAddSingleton<AlternatorClients>();
        application.Services.AddPatientHealthCheck($"{name}_check", services => new TableHealthCheck(table, services.GetRequiredService<AlternatorClients>()));
        TablesOf.EnsureCreatedWith(builder);
        return application.AddResource(table)
            .WithIconName("TableSimple")
            .WithInitialState(new CustomResourceSnapshot
            {
                ResourceType = "AlternatorTable",
                State = KnownResourceStates.NotStarted,
                Properties = [new(CustomResourceKnownProperties.Source, table.TableName)],
            })
            .WithHealthCheck($"{name}_check")
            .WithTableCommands();
    }

    /// <summary>Adds a global secondary index, which projects every attribute, as all indexes of Alternator do.</summary>
    /// <param name="builder">The table.</param>
    /// <param name="indexName">The name of the index.</param>
    /// <param name="partitionKey">The attribute that is its partition key.</param>
    /// <param name="sortKey">The attribute that is its sort key, if there is one.</param>
    /// <param name="partitionKeyType">The type of the partition key.</param>
    /// <param name="sortKeyType">The type of the sort key.</param>
    /// <returns>The same resource builder.</returns>
    [AspireExport]
    public static IResourceBuilder<AlternatorTableResource> WithGlobalIndex(
        this IResourceBuilder<AlternatorTableResource> builder, string indexName, string partitionKey, string? sortKey = null,
        AlternatorKeyType partitionKeyType = AlternatorKeyType.String, AlternatorKeyType sortKeyType = AlternatorKeyType.String)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(indexName);
        ArgumentException.ThrowIfNullOrEmpty(partitionKey);
        TableDeclaration declaration = builder.Resource.Declaration;
        declaration.ThrowIfIndexed(indexName, nameof(indexName));
        TableKey partition = declaration.Agreeing(TableKey.Of(partitionKey, partitionKeyType), nameof(partitionKey));
        declaration.GlobalIndexes.Add(new TableIndex(indexName, partition, sortKey is null ? null : declaration.Agreeing(TableKey.Of(sortKey, sortKeyType), nameof(sortKey))));
        return builder;
    }

    /// <summary>Adds a local secondary index: the table's partition key with another sort key.</summary>
    /// <param name="builder">The table.</param>
    /// <param name="indexName">The name of the index.</param>
    /// <param name="sortKey">The attribute that is its sort key.</param>
    /// <param name="sortKeyType">The type of the sort key.</param>
    /// <returns>The same resource builder.</returns>
    [AspireExport]
    public static IResourceBuilder<AlternatorTableResource> WithLocalIndex(
        this IResourceBuilder<AlternatorTableResource> builder, string indexName, string sortKey, AlternatorKeyType sortKeyType = AlternatorKeyType.String)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(indexName);
        ArgumentException.ThrowIfNullOrEmpty(sortKey);
        TableDeclaration declaration = builder.Resource.Declaration;
        declaration.ThrowIfIndexed(indexName, nameof(indexName));
        if (declaration.SortKey is null)
            throw new ArgumentException($"The table '{declaration.TableName}' has no sort key, so it can't have a local index: use WithGlobalIndex, or give AddTable a sort key.", nameof(builder));
        declaration.LocalIndexes.Add(new TableIndex(indexName, declaration.PartitionKey, declaration.Agreeing(TableKey.Of(sortKey, sortKeyType), nameof(sortKey))));
        return builder;
    }

    /// <summary>Declares provisioned capacity instead of paying per request. ScyllaDB checks it and otherwise ignores it.</summary>
    /// <param name="builder">The table.</param>
    /// <param name="readCapacity">Read capacity units.</param>
    /// <param name="writeCapacity">Write capacity units.</param>
    /// <returns>The same resource builder.</returns>
    [AspireExport]
    public static IResourceBuilder<AlternatorTableResource> WithProvisionedThroughput(this IResourceBuilder<AlternatorTableResource> builder, long readCapacity, long writeCapacity)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentOutOfRangeException.ThrowIfLessThan(readCapacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(writeCapacity, 1);
        builder.Resource.Declaration.Throughput = (readCapacity, writeCapacity);
        return builder;
    }

    /// <summary>Lets items expire by an attribute that holds seconds since 1970.</summary>
    /// <param name="builder">The table.</param>
    /// <param name="attribute">The attribute. ScyllaDB looks for expired items once a day, see <c>WithTtlPeriod</c>.</param>
    /// <returns>The same resource builder.</returns>
    [AspireExport]
    public static IResourceBuilder<AlternatorTableResource> WithTimeToLive(this IResourceBuilder<AlternatorTableResource> builder, string attribute)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(attribute);
        builder.Resource.Declaration.TimeToLive = attribute;
        return builder;
    }

    /// <summary>
    /// Gives the table a stream of its changes, and does what that needs on the release in use: before ScyllaDB 2026.2 the nodes get the
    /// experimental feature (as by <c>WithStreams</c>), and on 2025.4 and 2026.1, where streams don't work on tablets, the table gets the tag <c>system:initial_tablets=none</c>,
    /// unless <see cref="WithTag"/> sets that tag.
    /// </summary>
    /// <param name="builder">The table.</param>
    /// <param name="view">What the records hold.</param>
    /// <returns>The same resource builder.</returns>
    [AspireExport]
    public static IResourceBuilder<AlternatorTableResource> WithStream(this IResourceBuilder<AlternatorTableResource> builder, AlternatorStreamView view = AlternatorStreamView.NewAndOldImages)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (!Enum.IsDefined(view))
            throw new ArgumentOutOfRangeException(nameof(view), view, "No view of a stream.");
        builder.Resource.Declaration.Stream = view;
        if (builder.Resource.Parent is IAlternatorServerResource server)
            server.Settings.Streams = true;
        return builder;
    }

    /// <summary>Tags the table, also one that exists already, e.g. <c>system:write_isolation</c> with a write isolation of its own.</summary>
    /// <param name="builder">The table.</param>
    /// <param name="key">The tag.</param>
    /// <param name="value">Its value. The last call for a tag counts.</param>
    /// <returns>The same resource builder.</returns>
    [AspireExport]
    public static IResourceBuilder<AlternatorTableResource> WithTag(this IResourceBuilder<AlternatorTableResource> builder, string key, string value)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentNullException.ThrowIfNull(value);
        builder.Resource.Declaration.Tags[key] = value;
        return builder;
    }

    /// <summary>
    /// Fills the table from a file when it is new or empty: a JSON array of items, each plain JSON or in DynamoDB's own form. Items without the table's key, with a key of
    /// another type or with the key of another item are refused before any is written, with file, item and line. Adds the command Reseed.
    /// </summary>
    /// <param name="builder">The table.</param>
    /// <param name="file">The file; a relative path starts at the AppHost's folder.</param>
    /// <returns>The same resource builder.</returns>
    [AspireExport]
    public static IResourceBuilder<AlternatorTableResource> WithSeedData(this IResourceBuilder<AlternatorTableResource> builder, string file)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(file);
        bool first = builder.Resource.Declaration.SeedFile is null;
        builder.Resource.Declaration.SeedFile = file;
        return first ? builder.WithReseedCommand() : builder;
    }
}
