using Microsoft.Extensions.Configuration;

namespace Alternator.Aspire.Client.Configuration;

/// <summary>
/// The endpoint that AWS tools are given by environment, for a service that has nothing else: <c>AWS_ENDPOINT_URL_DYNAMODB</c>,
/// with <c>AWS_ACCESS_KEY_ID</c>, <c>AWS_SECRET_ACCESS_KEY</c> and <c>AWS_REGION</c> where no keys or region are set.
/// Looked up in the configuration first, so that any provider may supply it, then in the environment of the process.
/// </summary>
internal static class AwsEnvironment
{
    public const string EndpointVariable = "AWS_ENDPOINT_URL_DYNAMODB";

    /// <summary>Completes settings that name no endpoint.</summary>
    public static void Complete(AlternatorClientSettings settings, IConfiguration configuration, List<string> problems)
    {
        if (settings.Endpoints.Count > 0 || Value(configuration, EndpointVariable) is not { } text)
        {
            return;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var endpoint) || endpoint.Scheme is not ("http" or "https"))
        {
            problems.Add($"{EndpointVariable}: '{text}' is not an endpoint, such as http://node1:8000.");
            return;
        }

        settings.Endpoints.Add(endpoint);
        settings.Region ??= Value(configuration, "AWS_REGION") ?? Value(configuration, "AWS_DEFAULT_REGION");
        if (settings.Credentials is CredentialSource.Automatic && settings.AccessKey is null && settings.SecretKey is null)
        {
            settings.AccessKey = Value(configuration, "AWS_ACCESS_KEY_ID");
            settings.SecretKey = Value(configuration, "AWS_SECRET_ACCESS_KEY");
        }
    }

    private static string? Value(IConfiguration configuration, string name) =>
        (configuration[name] ?? Environment.GetEnvironmentVariable(name)) is { Length: > 0 } value ? value : null;
}
