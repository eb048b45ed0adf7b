namespace Alternator.Emulator;

/// <summary>Alternator's write isolation modes (docs/alternator/compatibility.md, "Write isolation policies").</summary>
/// <remarks>
/// In one process every write is isolated, so <see cref="AlwaysUseLwt"/>, <see cref="OnlyRmwUsesLwt"/> and
/// <see cref="UnsafeRmw"/> cannot be told apart here; <see cref="ForbidRmw"/> refuses what ScyllaDB refuses.
/// </remarks>
public enum WriteIsolation
{
    /// <summary>Every write is a lightweight transaction.</summary>
    AlwaysUseLwt,

    /// <summary>Writes that need a read are refused.</summary>
    ForbidRmw,

    /// <summary>Only writes that need a read are lightweight transactions. The default.</summary>
    OnlyRmwUsesLwt,

    /// <summary>Writes that need a read are done without isolation.</summary>
    UnsafeRmw,
}
