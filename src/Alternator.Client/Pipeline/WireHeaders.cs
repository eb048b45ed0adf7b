namespace Alternator.Client;

/// <summary>The headers that the AWS SDK sends and Alternator doesn't read.</summary>
internal static class WireHeaders
{
    public static string[] Trimmed { get; } =
        ["x-amz-api-version", "amz-sdk-invocation-id", "amz-sdk-request", "X-Amzn-Trace-Id", "User-Agent", "x-amz-user-agent"];
}
