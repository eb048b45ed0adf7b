using System.Diagnostics.CodeAnalysis;

namespace Alternator.Dns.Messages;

/// <summary>Lets a dictionary that is keyed by <see cref="DomainName"/> be asked with the bytes of a query, without making a name of them.</summary>
internal sealed class DomainNameComparer : IEqualityComparer<DomainName>, IAlternateEqualityComparer<ReadOnlySpan<byte>, DomainName>
{
    public static DomainNameComparer Instance { get; } = new();

    public static int Hash(ReadOnlySpan<byte> lowerName)
    {
        // FNV-1a over at most 255 bytes. The keys are the server's own names, so nobody else can choose them to collide.
        uint hash = 2166136261;
        foreach (byte b in lowerName)
            hash = (hash ^ b) * 16777619;
        return (int)hash;
    }

    public bool Equals(DomainName? x, DomainName? y) => x is null ? y is null : x.Equals(y);

    public int GetHashCode([DisallowNull] DomainName obj) => obj.GetHashCode();

    public bool Equals(ReadOnlySpan<byte> alternate, DomainName other) => alternate.SequenceEqual(other.Wire);

    public int GetHashCode(ReadOnlySpan<byte> alternate) => Hash(alternate);

    public DomainName Create(ReadOnlySpan<byte> alternate) => throw new NotSupportedException("Names are never added by their bytes.");
}
