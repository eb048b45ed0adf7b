namespace Alternator.Client;

/// <summary>What is sent beside the request itself.</summary>
public sealed class WireOptions
{
    /// <summary>
    /// Whether only those headers are sent that Alternator reads, before signing, so that the signature holds. Off sends all
    /// that the AWS SDK would send. Default: on.
    /// </summary>
    public bool TrimHeaders { get; set; } = true;

    /// <summary>
    /// The User-Agent header; operators see it as <c>driver_name</c> in <c>.scylla.alternator.system.clients</c>.
    /// <see langword="null"/> sends none. Default: the name and version of this library, and with <see cref="TrimHeaders"/> off the SDK's own.
    /// </summary>
    public string? UserAgent { get; set; } = DefaultUserAgent;

    /// <summary>What <see cref="UserAgent"/> is by default.</summary>
    public static string DefaultUserAgent { get; } = "alternator-client-dotnet/" + (typeof(WireOptions).Assembly.GetName().Version?.ToString(3) ?? "0");

    internal WireOptions Copy()
    {
        if (UserAgent is not null && UserAgent.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            throw new ArgumentException("UserAgent may hold printable ASCII only.", nameof(UserAgent));
        return (WireOptions)MemberwiseClone();
    }
}
