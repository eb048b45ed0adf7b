namespace Aspire.Hosting;

internal static class AlternatorContainerImageTags
{
    /// <remarks>docker.io</remarks>
    public const string Registry = "docker.io";

    /// <remarks>scylladb/scylla</remarks>
    public const string Image = "scylladb/scylla";

    /// <summary>
    /// The newest patch of the newest released line, as a full number: a short tag moves, and <see cref="Scylla.ScyllaArguments"/> has to know
    /// which flags there are. Raising it is one line here, after a look at the options of the new release.
    /// </summary>
    /// <remarks>2026.2.5</remarks>
    public const string Tag = "2026.2.5";

    /// <remarks>docker.io</remarks>
    public const string AdminRegistry = "docker.io";

    /// <remarks>aaronshaf/dynamodb-admin</remarks>
    public const string AdminImage = "aaronshaf/dynamodb-admin";

    /// <remarks>5.3.4</remarks>
    public const string AdminTag = "5.3.4";
}
