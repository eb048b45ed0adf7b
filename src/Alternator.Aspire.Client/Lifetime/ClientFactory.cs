using System.Text;
using Alternator.Aspire.Client.Configuration;
using Alternator.Client;
using Amazon.Runtime;
using Amazon.Runtime.Telemetry;
using Microsoft.Extensions.Logging;

namespace Alternator.Aspire.Client.Lifetime;

/// <summary>
/// Turns the settings into a client. Everything that is wrong with them is told at once, by one exception that names the place of
/// each mistake, all the places that are read, and an example that is right. No message holds a key.
/// </summary>
internal sealed class ClientFactory(SettingsReader reader, Action<AlternatorClientConfig>? configureClient)
{
    private string NamedSection => $"{SettingsReader.SectionName}:{reader.ConnectionName}";

    /// <summary>The settings, read anew each time.</summary>
    public SettingsReader Reader => reader;

    /// <summary>Makes a client, and tells which endpoints it begins with.</summary>
    /// <exception cref="InvalidOperationException">Something is wrong with the settings.</exception>
    public (AlternatorDynamoDBClient Client, IReadOnlyList<Uri> Endpoints) Create(ILoggerFactory? loggers)
    {
        var (credentials, config) = Configure(loggers);
        try
        {
            return (new AlternatorDynamoDBClient(credentials, config), [.. config.Nodes.Endpoints]);
        }
        catch (ArgumentException exception)
        {
            throw Invalid([$"{Place(exception.ParamName)}: {exception.Message}"], exception);
        }
    }

    /// <summary>Reads, checks and applies the settings.</summary>
    public (AWSCredentials Credentials, AlternatorClientConfig Config) Configure(ILoggerFactory? loggers)
    {
        var (settings, found) = reader.Read();
        List<string> problems = [.. found];
        var config = settings.ClientConfig();
        config.LoggerFactory = loggers;
        config.Nodes.Scope = ScopeText.Of(settings, NamedSection, problems);
        if (settings.Region is { Length: > 0 } region)
        {
            config.AuthenticationRegion = region;
        }

        if (!settings.DisableTracing)
        {
            // The client's own spans stand for the SDK's, which an application may have switched on for all AWS clients.
            config.TelemetryProvider = new DefaultTelemetryProvider();
        }

        var credentials = CredentialsOf(settings, problems);
        config.Nodes.Credentials = credentials is AnonymousAWSCredentials ? null : credentials;
        configureClient?.Invoke(config);
        if (config.Nodes.Endpoints.Count == 0 && problems.Count == 0)
        {
            var nearest = reader.NearestConnectionName is { } name ? $" There is ConnectionStrings:{name}: was that name meant?" : "";
            problems.Add($"no endpoint is given: ConnectionStrings:{reader.ConnectionName} is missing, {SettingsReader.SectionName}:Endpoints is empty, and {AwsEnvironment.EndpointVariable} is not set.{nearest}");
        }

        return problems.Count == 0 ? (credentials, config) : throw Invalid(problems, null);
    }

    private AWSCredentials CredentialsOf(AlternatorClientSettings settings, List<string> problems)
    {
        switch (settings.Credentials)
        {
            case CredentialSource.Anonymous:
                return new AnonymousAWSCredentials();
            case CredentialSource.AwsDefaultChain:
                return new DefaultChainCredentials(settings.Profile);
        }

        switch ((settings.AccessKey, settings.SecretKey))
        {
            case ({ Length: > 0 } accessKey, { Length: > 0 } secretKey):
                return new BasicAWSCredentials(accessKey, secretKey);
            case (null or "", null or "") when settings.Credentials is CredentialSource.Automatic:
                break;
            case (null or "", null or ""):
                problems.Add($"{NamedSection}:Credentials: 'Keys' needs AccessKey and SecretKey, in this section or in the connection string.");
                break;
            case (null or "", _):
                problems.Add($"{NamedSection}:AccessKey: is missing beside SecretKey; such as \"alternator\".");
                break;
            default:
                problems.Add($"{NamedSection}:SecretKey: is missing beside AccessKey.");
                break;
        }

        return new AnonymousAWSCredentials();
    }

    // The options check themselves and name the property; where it stands in the configuration is found by that name.
    private string Place(string? property) =>
        property is not null && reader.PlaceOf(property) is { } path ? path : NamedSection;

    private InvalidOperationException Invalid(IReadOnlyList<string> problems, Exception? inner)
    {
        var name = reader.ConnectionName;
        var message = new StringBuilder($"The Alternator client '{name}' can't be made:");
        foreach (var problem in problems)
        {
            message.AppendLine().Append("  ").Append(problem);
        }

        message.AppendLine().Append($"Settings are read from '{SettingsReader.SectionName}', '{NamedSection}' and 'ConnectionStrings:{name}'. An example that is right: ")
            .Append($$"""{ "ConnectionStrings": { "{{name}}": "Endpoints=http://node1:8000,http://node2:8000" }, "Aspire": { "Alternator": { "Client": { "Datacenter": "dc1" } } } }""");
        return new InvalidOperationException(message.ToString(), inner);
    }
}
