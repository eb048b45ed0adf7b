using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Containers;

namespace Aspire.Hosting.Scylla;

/// <summary>
/// What the AppHost asked for, shared by a cluster and its nodes. It is read when a node starts, so the order of the
/// <c>With…</c> calls doesn't matter.
/// </summary>
internal sealed class ScyllaSettings
{
    public const string AnyAccessKey = "alternator";
    public const string AnySecretKey = "alternator";

    public int Smp { get; set; } = 1;
    public string Memory { get; set; } = "1G";
    public AlternatorWriteIsolation WriteIsolation { get; set; } = AlternatorWriteIsolation.OnlyRmwUsesLwt;
    public string? Datacenter { get; set; }
    public string? Rack { get; set; }
    public bool Streams { get; set; }
    public TimeSpan? TtlPeriod { get; set; }
    public string? Release { get; set; }
    public List<string> Extra { get; } = [];

    /// <summary>Set by <c>WithAuthorization</c>; null lets any request through.</summary>
    public AlternatorRole? Role { get; set; }

    public AlternatorTls? Tls { get; set; }

    /// <summary>The number of nodes that share these settings.</summary>
    public int Nodes { get; set; } = 1;

    /// <summary>Whether the emulator stands behind the nodes, because no container engine answers: what is asked of the containers then has no effect.</summary>
    public bool IsEmulated { get; set; }

    /// <summary>The access key for the AWS environment: something has to stand there even when nobody checks it.</summary>
    public ReferenceExpression AccessKey => ReferenceExpression.Create($"{Role?.AccessKey ?? AnyAccessKey}");

    public ReferenceExpression SecretKey =>
        Role is { } role ? ReferenceExpression.Create($"{role.SecretKey}") : ReferenceExpression.Create($"{AnySecretKey}");

    /// <summary>The connection string of the cluster that a deployment uses instead of these nodes.</summary>
    public ParameterResource? Published { get; set; }

    public static string Spell(AlternatorWriteIsolation isolation) => isolation switch
    {
        AlternatorWriteIsolation.OnlyRmwUsesLwt => "only_rmw_uses_lwt",
        AlternatorWriteIsolation.AlwaysUseLwt => "always_use_lwt",
        AlternatorWriteIsolation.ForbidRmw => "forbid_rmw",
        AlternatorWriteIsolation.UnsafeRmw => "unsafe_rmw",
        _ => throw new ArgumentOutOfRangeException(nameof(isolation), isolation, "No write isolation."),
    };

    /// <summary>The command line of a node of a given release.</summary>
    public ScyllaArguments Arguments(string imageTag) => new()
    {
        Release = ScyllaRelease.Parse(Release ?? imageTag),
        Smp = Smp,
        Memory = Memory,
        WriteIsolation = Spell(WriteIsolation),
        Datacenter = Datacenter,
        Rack = Rack,
        Streams = Streams,
        TtlPeriod = TtlPeriod,
        AccessKey = Role?.AccessKey,
        RackValid = Rack is null || Nodes < 3,
        // The paths of Aspire's own certificate are handed over by a callback of their own.
        Https = Tls?.CertificateFile is not null,
        Extra = Extra,
    };
}

/// <summary>The role that requests are signed as, where authorization is enforced.</summary>
internal sealed record AlternatorRole(string AccessKey, ParameterResource SecretKey);
