using Alternator.Emulator.Auth;
using Alternator.Emulator.Engine;

namespace Alternator.Emulator;

/// <summary>What follows from the options: the engine's settings and the defaults of what was left empty.</summary>
internal static class EngineSettings
{
    public static EngineOptions Of(EmulatorOptions options) => new()
    {
        TimeProvider = options.TimeProvider,
        Seed = options.Seed,
        Release = options.Release,
        DefaultWriteIsolation = options.WriteIsolation,
        MaxItemsInBatchWrite = options.MaxItemsInBatchWrite,
        TtlPeriod = options.TtlPeriod,
        IndexBuildTime = options.IndexBuildTime,
        StreamsTimeWindow = options.StreamsTimeWindow,
        StreamsIncreasedCompatibility = options.StreamsIncreasedCompatibility,
        DescribeEndpoints = options.DescribeEndpoints,
        Permissions = new RolePermissions(Roles(options)),
    };

    public static IReadOnlyList<EmulatorDatacenter> Datacenters(EmulatorOptions options) =>
        options.Datacenters.Count > 0 ? [.. options.Datacenters] : [new EmulatorDatacenter(options.Datacenter, options.Nodes)];

    public static IReadOnlyList<EmulatorRole> Roles(EmulatorOptions options) =>
        options.Roles.Count > 0 ? [.. options.Roles] : [new EmulatorRole(EmulatorOptions.DefaultAccessKey, EmulatorOptions.DefaultSecretKey)];
}
