using System.Collections;
using System.Reflection;
using Amazon.Runtime;

namespace Alternator.Client.Tests.Wire;

/// <summary>Compares the public properties of two object graphs.</summary>
internal static class SameObject
{
    /// <returns>Null when they are the same, or the path of the first difference.</returns>
    public static string? Difference(object? a, object? b, string path = "")
    {
        if (a is null || b is null)
            return ReferenceEquals(a, b) ? null : $"{path}: {a ?? "null"} / {b ?? "null"}";
        switch (a)
        {
            case string or ValueType:
                return a.Equals(b) ? null : $"{path}: {a} / {b}";
            case MemoryStream stream:
                return stream.ToArray().AsSpan().SequenceEqual(((MemoryStream)b).ToArray()) && stream.Position == ((MemoryStream)b).Position ? null : $"{path}: bytes differ";
            case ConstantClass constant:
                return constant.Value == ((ConstantClass)b).Value ? null : $"{path}: {a} / {b}";
            case ResponseMetadata metadata:
                return metadata.RequestId == ((ResponseMetadata)b).RequestId ? null : $"{path}.RequestId: {metadata.RequestId} / {((ResponseMetadata)b).RequestId}";
            case IDictionary map:
                var other = (IDictionary)b;
                if (map.Count != other.Count)
                    return $"{path}: {map.Count} / {other.Count} members";
                foreach (object key in map.Keys)
                {
                    if (!other.Contains(key))
                        return $"{path}.{key}: absent";
                    if (Difference(map[key], other[key], $"{path}.{key}") is { } difference)
                        return difference;
                }
                return null;
            case IList list:
                var second = (IList)b;
                if (list.Count != second.Count)
                    return $"{path}: {list.Count} / {second.Count} items";
                for (int i = 0; i < list.Count; i++)
                {
                    if (Difference(list[i], second[i], $"{path}[{i}]") is { } difference)
                        return difference;
                }
                return null;
        }
        if (a.GetType() != b.GetType())
            return $"{path}: {a.GetType().Name} / {b.GetType().Name}";
        foreach (PropertyInfo property in a.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.GetIndexParameters().Length == 0))
        {
            if (Difference(property.GetValue(a), property.GetValue(b), $"{path}.{property.Name}") is { } difference)
                return difference;
        }
        return null;
    }
}
