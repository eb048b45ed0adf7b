namespace Aspire.Hosting;

/// <summary>How Alternator isolates writes that read first (conditions, update expressions, returned old values).</summary>
public enum AlternatorWriteIsolation
{
    /// <summary>Only writes that read first go through lightweight transactions. Safe unless both kinds of write meet on one item.</summary>
    OnlyRmwUsesLwt,

    /// <summary>Every write goes through a lightweight transaction: always safe, slower.</summary>
    AlwaysUseLwt,

    /// <summary>Writes that read first are refused.</summary>
    ForbidRmw,

    /// <summary>No lightweight transactions at all: such writes race.</summary>
    UnsafeRmw,
}
