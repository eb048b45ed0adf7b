using Alternator.Client;
using Microsoft.Extensions.Configuration;

namespace Alternator.Aspire.Client.Configuration;

/// <summary>
/// Reads the settings of one client, each step winning over the one before:
/// <list type="number">
/// <item>the section <c>Aspire:Alternator:Client</c>;</item>
/// <item>the section <c>Aspire:Alternator:Client:{name}</c>; a list in it replaces the list before, it isn't appended;</item>
/// <item>the connection string <c>ConnectionStrings:{name}</c>;</item>
/// <item>the delegate that was given in code;</item>
/// <item>where all this names no endpoint: <c>AWS_ENDPOINT_URL_DYNAMODB</c> and the keys beside it.</item>
/// </list>
/// Whatever is wrong is collected and not thrown, for the settings are read at registration too, where nothing may fail.
/// </summary>
internal sealed class SettingsReader(
    IConfiguration configuration,
    string connectionName,
    IReadOnlyCollection<string> registeredNames,
    Action<AlternatorClientSettings>? configureSettings)
{
    public const string SectionName = "Aspire:Alternator:Client";

    /// <summary>The name of the connection string and of the named section.</summary>
    public string ConnectionName => connectionName;

    /// <summary>The configuration that is read, with its token for reloads.</summary>
    public IConfiguration Configuration => configuration;

    /// <summary>The connection string whose name is nearest to this client's and that no other client has; for a message about one that is missing.</summary>
    public string? NearestConnectionName => NearestName.Of(
        connectionName, configuration.GetSection("ConnectionStrings").GetChildren().Select(connection => connection.Key).Except(registeredNames, StringComparer.OrdinalIgnoreCase));

    // A client named as a setting is, "Health" say, has no section of its own: that place is taken by the setting.
    private bool HasNamedSection => !SettingsSchema.Instance.IsTopLevelKey(connectionName);

    /// <summary>Reads the settings as they are now.</summary>
    public (AlternatorClientSettings Settings, IReadOnlyList<string> Problems) Read()
    {
        var settings = new AlternatorClientSettings();
        List<string> problems = [];
        var common = configuration.GetSection(SectionName);
        var named = common.GetSection(connectionName);

        problems.AddRange(SettingsSchema.Instance.Check(common, IsSectionOfAClient, registeredNames));
        Bind(common, settings, problems);
        if (HasNamedSection)
        {
            problems.AddRange(SettingsSchema.Instance.Check(named, static _ => false, []));
            Bind(named, settings, problems);
        }

        ReadConnectionString(settings, problems);
        configureSettings?.Invoke(settings);
        AwsEnvironment.Complete(settings, configuration, problems);
        return (settings, problems);
    }

    /// <summary>What is written for this client: each key without its section, the later source winning, and the connection string.</summary>
    public IReadOnlyDictionary<string, string> Written()
    {
        Dictionary<string, string> written = new(StringComparer.OrdinalIgnoreCase);
        var common = configuration.GetSection(SectionName);
        var named = common.GetSection(connectionName);
        foreach (var section in common.GetChildren().Where(child => SettingsSchema.Instance.IsTopLevelKey(child.Key)).Concat(HasNamedSection ? named.GetChildren() : []))
        {
            var start = section.Path.Length - section.Key.Length;
            foreach (var (path, value) in section.AsEnumerable())
            {
                if (value is not null)
                {
                    written[path[start..]] = value;
                }
            }
        }

        if (configuration.GetConnectionString(connectionName) is { } connection)
        {
            written[$"ConnectionStrings:{connectionName}"] = connection;
        }

        return written;
    }

    /// <summary>The path under which a setting is written, found by the setting's own name; <see langword="null"/> where it isn't written.</summary>
    public string? PlaceOf(string setting)
    {
        var common = configuration.GetSection(SectionName);
        return PlaceOf(setting, common.GetSection(connectionName)) ?? PlaceOf(setting, common);
    }

    private static string? PlaceOf(string setting, IConfigurationSection section) => section
        .AsEnumerable()
        .Where(pair => pair.Value is not null)
        .Select(pair => pair.Key)
        .FirstOrDefault(path => path.EndsWith(":" + setting, StringComparison.OrdinalIgnoreCase));

    // The section of another client that this application knows of, by a registration or by its connection string.
    private bool IsSectionOfAClient(string key) =>
        registeredNames.Contains(key, StringComparer.OrdinalIgnoreCase) || configuration.GetConnectionString(key) is not null;

    private void ReadConnectionString(AlternatorClientSettings settings, List<string> problems)
    {
        if (configuration.GetConnectionString(connectionName) is not { Length: > 0 } text)
        {
            return;
        }

        AlternatorConnectionString connection;
        try
        {
            connection = AlternatorConnectionString.Parse(text);
        }
        catch (FormatException exception)
        {
            problems.Add($"ConnectionStrings:{connectionName}: {exception.Message}");
            return;
        }

        settings.Endpoints.Clear();
        foreach (var endpoint in connection.Endpoints)
        {
            settings.Endpoints.Add(endpoint);
        }

        settings.AccessKey = connection.AccessKey ?? settings.AccessKey;
        settings.SecretKey = connection.SecretKey ?? settings.SecretKey;
        settings.Datacenter = connection.Datacenter ?? settings.Datacenter;
        settings.Rack = connection.Rack ?? settings.Rack;
        settings.Region = connection.Region ?? settings.Region;
        settings.Tls.ServerName = connection.ServerName ?? settings.Tls.ServerName;
        settings.Tls.CaFile = connection.CaFile ?? settings.Tls.CaFile;
    }

    private static void Bind(IConfigurationSection section, AlternatorClientSettings settings, List<string> problems)
    {
        if (section.GetSection(nameof(AlternatorClientSettings.Endpoints)).GetChildren().Any())
        {
            settings.Endpoints.Clear();
        }

        if (section.GetSection(nameof(AlternatorClientSettings.FallbackScopes)).GetChildren().Any())
        {
            settings.FallbackScopes.Clear();
        }

        try
        {
            section.Bind(settings);
        }
        catch (InvalidOperationException exception)
        {
            // The check against the schema has usually found it already, and said it better.
            if (problems.Count == 0)
            {
                problems.Add(exception.Message);
            }
        }
    }
}
