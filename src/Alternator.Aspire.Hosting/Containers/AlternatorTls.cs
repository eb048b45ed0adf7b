using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Containers;

/// <summary>Where the certificate of the nodes comes from: given PEM files, or (both null) Aspire's developer certificate.</summary>
internal sealed record AlternatorTls(string? CertificateFile, string? KeyFile, string? CaFile, bool IsPublished)
{
    /// <summary>A certificate, in a container. What is published holds its text: of a file Aspire makes a copy, and ends when there is one already, from an earlier time or for another service.</summary>
    public ContainerFile Certificate(string name, string source) =>
        IsPublished ? new() { Name = name, Contents = System.IO.File.ReadAllText(source), Mode = NodeContainer.WorldReadable } : Copy(name, source);

    /// <summary>A key, in a container. It stays a file of its own, also in what is published.</summary>
    public static ContainerFile Key(string name, string source) => Copy(name, source);

    private static ContainerFile Copy(string name, string source) => new() { Name = name, SourcePath = source, Mode = NodeContainer.WorldReadable };
}
