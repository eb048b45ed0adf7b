using System.Reflection;
using Alternator.Client;

namespace Alternator.Aspire.Client.Tests.Schema;

/// <summary>Which properties of the settings and of the client's options a configuration can set.</summary>
internal static class SettingsProperties
{
    /// <summary>What code can set and configuration can't, each with the reason.</summary>
    public static readonly IReadOnlyDictionary<string, string> LeftOut = new Dictionary<string, string>
    {
        ["AlternatorClientConfig.LoggerFactory"] = "the host's",
        ["AlternatorClientConfig.TimeProvider"] = "for tests; set it in configureClient",
        ["AlternatorNodesOptions.Scope"] = "written as Datacenter, Rack and FallbackScopes",
        ["AlternatorNodesOptions.AddressTranslator"] = "an object; set it in configureClient",
        ["AlternatorNodesOptions.IdentifyNodes"] = "for whoever shows nodes to others, such as the DNS server; a client has no use for it",
        ["BalancingOptions.Custom"] = "an object; set it in configureClient",
    };

    /// <summary>The properties that the binder sets: public, and a value, a list or a group of such.</summary>
    public static IEnumerable<PropertyInfo> BoundOf(Type type) => type
        .GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        .Where(property => property.GetMethod is { IsPublic: true } && !LeftOut.ContainsKey($"{type.Name}.{property.Name}"))
        .Where(property => property.SetMethod is { IsPublic: true } || IsGroup(property.PropertyType) || IsCollection(property.PropertyType));

    /// <summary>A class of options of its own.</summary>
    public static bool IsGroup(Type type) => type.IsClass && type != typeof(string) && type != typeof(Uri)
        && (type.Assembly == typeof(AlternatorClientConfig).Assembly || type.Assembly == typeof(AlternatorClientSettings).Assembly);

    public static bool IsCollection(Type type) => type.IsGenericType;

    /// <summary>Every value of the settings as configuration writes it: <c>Retry:AttemptTimeout</c> and its property.</summary>
    public static IEnumerable<(string Key, PropertyInfo Property)> Leaves(Type? type = null, string prefix = "")
    {
        foreach (var property in BoundOf(type ?? typeof(AlternatorClientSettings)))
        {
            if (!IsGroup(property.PropertyType))
            {
                yield return (prefix + property.Name, property);
                continue;
            }

            foreach (var leaf in Leaves(property.PropertyType, $"{prefix}{property.Name}:"))
            {
                yield return leaf;
            }
        }
    }

    /// <summary>The value of a setting, by its key.</summary>
    public static object? Value(object settings, string key)
    {
        foreach (var name in key.Split(':'))
        {
            settings = settings.GetType().GetProperty(name)!.GetValue(settings)!;
        }

        return settings;
    }
}
