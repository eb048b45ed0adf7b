using System.Reflection;
using System.Text.RegularExpressions;

namespace Alternator.Aspire.Hosting.Tests;

/// <summary>Writes the public surface of an assembly as text: a line per type and per member, sorted.</summary>
internal static partial class PublicApi
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IEnumerable<string> Lines(Assembly assembly)
    {
        foreach (Type type in assembly.GetExportedTypes().OrderBy(t => t.FullName, StringComparer.Ordinal))
        {
            yield return $"{Kind(type)} {type.FullName}{Bases(type)}";
            IEnumerable<string> members = type.IsEnum
                ? Enum.GetNames(type).Select((name, i) => $"{name} = {Convert.ToInt32(Enum.Parse(type, name), null)}")
                : type.GetConstructors(Declared).Select(c => $"new({Parameters(c)})")
                    .Concat(type.GetProperties(Declared).Where(p => p.GetMethod is { IsPublic: true } || p.SetMethod is { IsPublic: true }).Select(p => $"{Name(p.PropertyType)} {p.Name} {{{(p.GetMethod is { IsPublic: true } ? " get;" : "")}{(p.SetMethod is { IsPublic: true } ? " set;" : "")} }}"))
                    .Concat(type.GetFields(Declared).Select(f => $"{Name(f.FieldType)} {f.Name}"))
                    .Concat(type.GetMethods(Declared).Where(m => !m.IsSpecialName).Select(m => $"{Name(m.ReturnType)} {m.Name}{Generics(m)}({Parameters(m)})"));
            foreach (string member in members.Order(StringComparer.Ordinal))
                yield return "  " + member;
        }
    }

    public static string Name(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner)
            return Name(inner) + "?";
        if (type.IsGenericType)
            return $"{Tick().Replace(type.Name, "")}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
        return type.IsArray ? Name(type.GetElementType()!) + "[]" : type.Name;
    }

    private static string Kind(Type type) =>
        type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? "struct" : type.IsAbstract && type.IsSealed ? "static class" : type.IsSealed ? "sealed class" : "class";

    private static string Bases(Type type)
    {
        if (type.IsEnum)
            return "";
        IEnumerable<string> bases = (type.BaseType is { } parent && parent != typeof(object) ? [parent] : Array.Empty<Type>()).Concat(type.GetInterfaces()).Select(Name).Distinct().Order(StringComparer.Ordinal);
        return bases.Any() ? $" : {string.Join(", ", bases)}" : "";
    }

    private static string Generics(MethodInfo method) => method.IsGenericMethodDefinition
        ? $"<{string.Join(", ", method.GetGenericArguments().Select(g => $"{g.Name} : {string.Join(" & ", g.GetGenericParameterConstraints().Select(Name))}"))}>"
        : "";

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(p =>
        $"{(p.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "")}{Name(p.ParameterType)} {p.Name}{(p.HasDefaultValue ? $" = {(p.DefaultValue is string text ? $"\"{text}\"" : p.DefaultValue ?? "null")}" : "")}"));

    [GeneratedRegex("`.*")]
    private static partial Regex Tick();
}
