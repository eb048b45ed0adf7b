using System.Text.RegularExpressions;

namespace Alternator.StandIn.EntryPoint;

/// <summary>The image's entry point ends with exit code 2: its command line can't be read.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>
/// Reads a command line as the entry point of the <c>scylladb/scylla</c> image does, with the rules of Python's argparse: it takes its own flags as <c>--flag value</c> or
/// <c>--flag=value</c>, the last one counts, an unambiguous beginning of a flag will do, and everything that it doesn't know is kept, in order.
/// </summary>
internal sealed partial class EntryPointFlags
{
    private enum Kind { Value, ZeroOrOne, Repeated, Switch }

    // The flags of release 2026.2.
    private static readonly Dictionary<string, Kind> Known = new(StringComparer.Ordinal)
    {
        ["--help"] = Kind.Switch,
        ["--developer-mode"] = Kind.ZeroOrOne,
        ["--experimental-features"] = Kind.Repeated,
        ["--seeds"] = Kind.Value,
        ["--cpuset"] = Kind.Value,
        ["--smp"] = Kind.Value,
        ["--memory"] = Kind.Value,
        ["--reserve-memory"] = Kind.Value,
        ["--overprovisioned"] = Kind.ZeroOrOne,
        ["--io-setup"] = Kind.ZeroOrOne,
        ["--listen-address"] = Kind.Value,
        ["--rpc-address"] = Kind.Value,
        ["--broadcast-address"] = Kind.Value,
        ["--broadcast-rpc-address"] = Kind.Value,
        ["--api-address"] = Kind.Value,
        ["--alternator-address"] = Kind.Value,
        ["--alternator-port"] = Kind.Value,
        ["--alternator-https-port"] = Kind.Value,
        ["--alternator-write-isolation"] = Kind.Value,
        ["--disable-version-check"] = Kind.Switch,
        ["--authenticator"] = Kind.Value,
        ["--authorizer"] = Kind.Value,
        ["--cluster-name"] = Kind.Value,
        ["--endpoint-snitch"] = Kind.Value,
        ["--replace-node-first-boot"] = Kind.Value,
        ["--replace-address-first-boot"] = Kind.Value,
        ["--dc"] = Kind.Value,
        ["--rack"] = Kind.Value,
        ["--blocked-reactor-notify-ms"] = Kind.Value,
    };

    private readonly Dictionary<string, List<string>> _values = new(StringComparer.Ordinal);

    /// <summary>What the entry point doesn't know, in order.</summary>
    public List<string> Others { get; } = [];

    public string? this[string flag] => _values.GetValueOrDefault(flag)?[^1];

    public IReadOnlyList<string> All(string flag) => _values.GetValueOrDefault(flag) ?? [];

    /// <exception cref="UsageException">As argparse refuses it.</exception>
    public static EntryPointFlags Parse(IReadOnlyList<string> arguments)
    {
        var flags = new EntryPointFlags();
        for (int i = 0; i < arguments.Count; i++)
        {
            string argument = arguments[i];
            if (argument == "--")
            {
                flags.Others.AddRange(arguments.Skip(i));
                break;
            }
            (string? flag, string? value) = Find(argument);
            if (flag is null)
            {
                flags.Others.Add(argument);
                continue;
            }
            if (Known[flag] == Kind.Switch)
            {
                if (value is not null)
                    throw new UsageException($"argument {flag}: ignored explicit argument '{value}'");
                flags.Add(flag, "");
                continue;
            }
            if (value is null)
            {
                if (i + 1 == arguments.Count || IsFlag(arguments[i + 1]))
                    throw new UsageException($"argument {flag}: expected one argument");
                value = arguments[++i];
            }
            if (Known[flag] == Kind.ZeroOrOne && value is not ("0" or "1"))
                throw new UsageException($"argument {flag}: invalid choice: '{value}' (choose from '0', '1')");
            flags.Add(flag, value);
        }
        return flags;
    }

    private void Add(string flag, string value)
    {
        if (!_values.TryGetValue(flag, out List<string>? values))
            _values[flag] = values = [];
        values.Add(value);
    }

    /// <summary>The flag that an argument means, in full, with the value behind its <c>=</c>.</summary>
    private static (string? Flag, string? Value) Find(string argument)
    {
        if (Known.ContainsKey(argument))
            return (argument, null);
        if (!argument.StartsWith("--", StringComparison.Ordinal))
            return default;
        string[] parts = argument.Split('=', 2);
        string? value = parts.Length == 2 ? parts[1] : null;
        if (Known.ContainsKey(parts[0]))
            return (parts[0], value);
        string[] meant = [.. Known.Keys.Where(k => k.StartsWith(parts[0], StringComparison.Ordinal))];
        return meant.Length switch
        {
            0 => default,
            1 => (meant[0], value),
            _ => throw new UsageException($"ambiguous option: {argument} could match {string.Join(", ", meant)}"),
        };
    }

    /// <summary>Whether argparse takes a word for a flag and not for a value: it starts with a dash and is neither a lone dash, nor a negative number, nor has a blank.</summary>
    private static bool IsFlag(string word) =>
        word.StartsWith('-') && word.Length > 1 && (Find(word).Flag is not null || (!NegativeNumber().IsMatch(word) && !word.Contains(' ', StringComparison.Ordinal)));

    [GeneratedRegex(@"^-\d+$|^-\d*\.\d+$")]
    private static partial Regex NegativeNumber();
}
