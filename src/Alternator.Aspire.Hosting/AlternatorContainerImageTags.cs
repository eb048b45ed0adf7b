namespace Aspire.Hosting;

internal static class AlternatorContainerImageTags
{
    /// <remarks>docker.io</remarks>
    public const string Registry = "docker.io";

    /// <remarks>scylladb/scylla</remarks>
    public const string Image = "scylladb/scylla";

    /// <remarks>2026.2.5</remarks>
    public const string Tag = "2026.2.5";
}
