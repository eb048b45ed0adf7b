using System.Collections;
using System.Globalization;
using System.Reflection;
using Alternator.Aspire.Client.Configuration;
using Alternator.Aspire.Client.Tests.Schema;
using Alternator.Client;
using Microsoft.Extensions.Hosting;

namespace Alternator.Aspire.Client.Tests;

/// <summary>
/// A new option of Alternator.Client fails a test here until configuration can set it or it is listed as deliberately left out.
/// </summary>
public sealed class SettingsDriftTests
{
    public static TheoryData<string> Keys => [.. SettingsProperties.Leaves().Select(leaf => leaf.Key)];

    [Theory]
    [MemberData(nameof(Keys))]
    public void Every_setting_is_bound_from_both_sections(string key)
    {
        var property = SettingsProperties.Leaves().Single(leaf => leaf.Key == key).Property;
        var untouched = SettingsProperties.Value(new AlternatorClientSettings(), key);
        var (text, suffix) = Another(property.PropertyType, untouched);

        foreach (var section in (string[])["Aspire:Alternator:Client", "Aspire:Alternator:Client:orders"])
        {
            var (settings, problems) = Read(($"{section}:{key}{suffix}", text));

            Assert.Empty(problems);
            Assert.Equal(text, Text(SettingsProperties.Value(settings, key)));
            Assert.NotEqual(Text(untouched), text);
        }
    }

    [Fact]
    public void Every_option_of_the_client_is_a_setting_or_is_left_out_for_a_reason()
    {
        var reachable = SettingsProperties.Leaves().Select(leaf => Name(leaf.Property)).ToHashSet();
        // Settings of their own that stand for an option of the same name.
        reachable.UnionWith(SettingsProperties.BoundOf(typeof(AlternatorClientSettings)).Select(property => $"AlternatorNodesOptions.{property.Name}"));

        var missing = OptionsOf(typeof(AlternatorClientConfig))
            .Where(name => !reachable.Contains(name) && !SettingsProperties.LeftOut.ContainsKey(name));

        Assert.Empty(missing);
    }

    [Fact]
    public void Nothing_is_left_out_that_does_not_exist()
    {
        Assert.Empty(SettingsProperties.LeftOut.Keys.Except(OptionsOf(typeof(AlternatorClientConfig))));
    }

    [Fact]
    public void A_group_of_the_settings_is_the_group_of_the_clients_own_configuration()
    {
        var settings = new AlternatorClientSettings();

        foreach (var group in Groups(typeof(AlternatorClientSettings)))
        {
            var owner = typeof(AlternatorClientConfig).GetProperty(group.Name) is not null ? (object)settings.ClientConfig() : settings.ClientConfig().Nodes;
            Assert.Same(owner.GetType().GetProperty(group.Name)!.GetValue(owner), group.GetValue(settings));
        }
    }

    // All that a person could set on the client's own configuration, the SDK's part excepted.
    private static IEnumerable<string> OptionsOf(Type type)
    {
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
        {
            if (SettingsProperties.IsGroup(property.PropertyType) && property.PropertyType.GetConstructor([]) is not null)
            {
                foreach (var name in OptionsOf(property.PropertyType))
                {
                    yield return name;
                }
            }
            else if (property.SetMethod is { IsPublic: true } || SettingsProperties.IsCollection(property.PropertyType))
            {
                yield return Name(property);
            }
        }
    }

    private static IEnumerable<PropertyInfo> Groups(Type type) =>
        SettingsProperties.BoundOf(type).Where(property => SettingsProperties.IsGroup(property.PropertyType));

    private static string Name(PropertyInfo property) => $"{property.DeclaringType!.Name}.{property.Name}";

    private static (AlternatorClientSettings Settings, IReadOnlyList<string> Problems) Read(params (string, string?)[] configuration)
    {
        var builder = TestHost.Builder(configuration);
        return new SettingsReader(builder.Configuration, "orders", ["orders"], configureSettings: null).Read();
    }

    internal static (string Text, string Suffix) Another(Type type, object? value)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsGenericType)
        {
            var suffix = typeof(IDictionary).IsAssignableFrom(type) || type.GetGenericTypeDefinition() == typeof(IDictionary<,>) ? ":music" : ":0";
            return (Another(type.GetGenericArguments()[^1], null).Text, suffix);
        }

        return (type switch
        {
            _ when type == typeof(bool) => value is true ? "False" : "True",
            _ when type == typeof(int) => ((int)(value ?? 0) + 1).ToString(CultureInfo.InvariantCulture),
            _ when type == typeof(double) => (value is double number and > 0 ? number * 0.6 : 0.25).ToString(CultureInfo.InvariantCulture),
            _ when type == typeof(TimeSpan) => ((TimeSpan)(value ?? TimeSpan.Zero) + TimeSpan.FromMilliseconds(1500)).ToString("c"),
            _ when type == typeof(Uri) => "http://node7:8000/",
            _ when type.IsEnum => Enum.GetNames(type).First(name => name != value?.ToString()),
            _ when type == typeof(string) => "another",
            _ => throw new NotSupportedException($"{type} is no kind of setting that a test value is known for."),
        }, "");
    }

    internal static string? Text(object? value) => value switch
    {
        TimeSpan span => span.ToString("c"),
        string text => text,
        IDictionary entries => string.Join(",", entries.Values.Cast<object>().Select(Text)),
        IEnumerable items => string.Join(",", items.Cast<object>().Select(Text)),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value?.ToString(),
    };
}
