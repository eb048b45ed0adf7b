namespace Alternator.Aspire.Client;

/// <summary>The categories under which a registered client logs; the README explains them, the schema completes them.</summary>
internal static class LogCategories
{
    /// <summary>Nodes found, lost, down and back; scopes and fallbacks.</summary>
    public const string Nodes = "Alternator.Client.Nodes";

    /// <summary>Reloads of the configuration.</summary>
    public const string Configuration = "Alternator.Aspire.Client.Configuration";

    public static IReadOnlyList<string> All { get; } = [Nodes, Configuration];
}
