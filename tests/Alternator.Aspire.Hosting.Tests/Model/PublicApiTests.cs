using System.Reflection;
using System.Runtime.CompilerServices;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Alternator.Aspire.Hosting.Tests;

/// <summary>The public surface of the package: written down, guarded, and exported to AppHosts in other languages.</summary>
public class PublicApiTests
{
    private static readonly Assembly Package = typeof(AlternatorBuilderExtensions).Assembly;

    private static readonly IEnumerable<MethodInfo> ExtensionMethods = Package.GetExportedTypes().Where(type => type.IsAbstract && type.IsSealed)
        .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly))
        .Where(method => method.IsDefined(typeof(ExtensionAttribute))).OrderBy(method => method.Name, StringComparer.Ordinal);

    [Fact]
    public void It_is_what_is_written_down()
    {
        string[] now = [.. PublicApi.Lines(Package)];
        string file = Path.Combine(AppContext.BaseDirectory, "Model", "PublicApi.txt");
        string[] before = File.Exists(file) ? File.ReadAllLines(file) : [];
        string written = Path.Combine(AppContext.BaseDirectory, "PublicApi.now.txt");
        File.WriteAllLines(written, now);
        Assert.True(now.SequenceEqual(before),
            $"The public API changed. Gone: {List(before.Except(now))}. New: {List(now.Except(before))}. If that is meant, copy {written} over Model/PublicApi.txt of this project, and say so in the changelog.");

        static string List(IEnumerable<string> lines) => lines.Any() ? string.Join("; ", lines.Take(10).Select(line => line.Trim())) : "nothing";
    }

    [Fact]
    public void Every_method_is_exported_to_other_languages_or_says_why_not()
    {
        foreach (MethodInfo method in ExtensionMethods)
        {
            Assert.True(
                method.IsDefined(typeof(AspireExportAttribute)) || method.GetCustomAttribute<AspireExportIgnoreAttribute>() is { Reason.Length: > 0 },
                $"{method.Name} has neither AspireExport nor a reason for being left out.");
        }
    }

    [Fact]
    public void No_two_exports_have_one_name()
    {
        string[] names = [.. ExtensionMethods.Select(method => (method, export: method.GetCustomAttribute<AspireExportAttribute>())).Where(m => m.export is not null)
            .Select(m => m.export!.Id ?? char.ToLowerInvariant(m.method.Name[0]) + m.method.Name[1..])];
        Assert.Equal(names.Distinct(StringComparer.OrdinalIgnoreCase), names);
    }

    /// <summary>A parameter's name is a variable's name in the code that is generated for other languages; for TypeScript this list is what breaks it.</summary>
    [Fact]
    public void No_exported_parameter_is_called_as_a_variable_can_not_be_in_TypeScript()
    {
        string[] reserved =
        [
            "arguments", "await", "break", "case", "catch", "class", "const", "continue", "debugger", "default", "delete", "do", "else", "enum", "eval", "export", "extends", "false", "finally", "for",
            "function", "if", "implements", "import", "in", "instanceof", "interface", "let", "new", "null", "package", "private", "protected", "public", "return", "static", "super", "switch", "this",
            "throw", "true", "try", "typeof", "var", "void", "while", "with", "yield",
        ];
        Assert.Empty(ExtensionMethods.Where(method => method.IsDefined(typeof(AspireExportAttribute))).SelectMany(method => method.GetParameters()).Select(parameter => parameter.Name).Intersect(reserved));
    }

    public static TheoryData<string> Methods => [.. ExtensionMethods.Select(Signature)];

    /// <summary>Everything but the builder gets a value that is fine, so that only the builder can be what is complained of.</summary>
    [Theory]
    [MemberData(nameof(Methods))]
    public void A_missing_builder_is_named(string signature)
    {
        MethodInfo method = ExtensionMethods.Single(m => Signature(m) == signature);
        object?[] arguments = [null, .. method.GetParameters().Skip(1).Select(Fine)];
        var e = Assert.Throws<ArgumentNullException>(() => Invoke(method, arguments));
        Assert.Equal("builder", e.ParamName);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Text_that_is_needed_may_be_neither_missing_nor_empty(string signature)
    {
        MethodInfo method = ExtensionMethods.Single(m => Signature(m) == signature);
        ParameterInfo[] parameters = method.GetParameters();
        var nullability = new NullabilityInfoContext();
        for (int i = 1; i < parameters.Length; i++)
        {
            if (parameters[i].ParameterType != typeof(string) || nullability.Create(parameters[i]).WriteState == NullabilityState.Nullable || parameters[i].Name == "value")
                continue;
            foreach (string? bad in new[] { null, "" })
            {
                object?[] arguments = [Builder(parameters[0]), .. parameters.Skip(1).Select(Fine)];
                arguments[i] = bad;
                var e = Assert.ThrowsAny<ArgumentException>(() => Invoke(method, arguments));
                Assert.Equal(parameters[i].Name, e.ParamName);
            }
        }
    }

    private static string Signature(MethodInfo method) => $"{method.Name}({string.Join(", ", method.GetParameters().Select(p => PublicApi.Name(p.ParameterType)))})";

    private static void Invoke(MethodInfo method, object?[] arguments)
    {
        if (method.IsGenericMethodDefinition)
        {
            Type constraint = method.GetGenericArguments()[0].GetGenericParameterConstraints()[0];
            method = method.MakeGenericMethod(constraint == typeof(IResourceWithEnvironment) ? typeof(ContainerResource) : typeof(AlternatorResource));
        }
        method.Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null);
    }

    private static object Builder(ParameterInfo parameter)
    {
        IDistributedApplicationBuilder application = Model.Run();
        Type wanted = parameter.ParameterType;
        if (wanted == typeof(IDistributedApplicationBuilder))
            return application;
        Type resource = wanted.GetGenericArguments()[0];
        return resource.IsGenericParameter && resource.GetGenericParameterConstraints()[0] == typeof(IResourceWithEnvironment) ? application.AddContainer("service", "image")
            : resource == typeof(AlternatorClusterResource) ? application.AddAlternatorCluster("alternator")
            : resource == typeof(AlternatorEmulatorResource) ? application.AddAlternatorEmulator("alternator")
            : resource == typeof(AlternatorTableResource) ? application.AddAlternator("alternator").AddTable("music", partitionKey: "a", sortKey: "b")
            : application.AddAlternator("alternator");
    }

    private static object? Fine(ParameterInfo parameter) => parameter.Name switch
    {
        "memory" => "2G",
        "release" => "2026.2.5",
        "tag" => "2026.2.5",
        "period" => TimeSpan.FromSeconds(1),
        "flags" => new[] { "--x=1" },
        "lifetime" => ContainerLifetime.Session,
        "source" when parameter.ParameterType != typeof(string) => Model.Run().AddAlternator("source"),
        "alternator" => Model.Run().AddAlternator("alternator"),
        _ when parameter.HasDefaultValue => parameter.ParameterType.IsEnum ? Enum.ToObject(parameter.ParameterType, parameter.DefaultValue!) : parameter.DefaultValue,
        _ when parameter.ParameterType == typeof(string) => "fine",
        _ when parameter.ParameterType == typeof(int) || parameter.ParameterType == typeof(int?) => 1,
        _ when parameter.ParameterType == typeof(long) => 1L,
        _ when parameter.ParameterType.IsEnum => Enum.ToObject(parameter.ParameterType, 0),
        _ => null,
    };
}
