using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Alternator.Client;

/// <summary>
/// How to reach a cluster, as text: <c>Endpoints=http://node1:8000,http://node2:8000;AccessKey=alternator;SecretKey=...;Datacenter=dc1;Rack=rack1;Region=us-east-1</c>.
/// A URI, or several parted by commas, is a connection string too. Keys are compared without regard to case; a value that
/// holds a semicolon, a quote or outer blanks is put in double quotes, a quote in it doubled. An unknown or repeated key is an error.
/// </summary>
public sealed record AlternatorConnectionString
{
    private static readonly string[] Keys =
        [nameof(Endpoints), nameof(AccessKey), nameof(SecretKey), nameof(Datacenter), nameof(Rack), nameof(Region), nameof(ServerName), nameof(CaFile)];

    /// <summary>The nodes that are listed, each with scheme, host and port. At least one.</summary>
    public required ImmutableArray<Uri> Endpoints { get; init; }

    /// <summary>The access key: the name of a role. Without it requests aren't signed.</summary>
    public string? AccessKey { get; init; }

    /// <summary>The secret key: the role's salted hash.</summary>
    public string? SecretKey { get; init; }

    /// <summary>The datacenter to stay in.</summary>
    public string? Datacenter { get; init; }

    /// <summary>The rack of <see cref="Datacenter"/> to stay in.</summary>
    public string? Rack { get; init; }

    /// <summary>The region to sign for; the cluster takes any.</summary>
    public string? Region { get; init; }

    /// <summary>The name that every node's certificate is for, when it isn't the node's own.</summary>
    public string? ServerName { get; init; }

    /// <summary>A PEM file with the only certificate authorities to trust.</summary>
    public string? CaFile { get; init; }

    /// <summary>The routing scope of <see cref="Datacenter"/> and <see cref="Rack"/>: strict, or the cluster when neither is set.</summary>
    public RoutingScope Scope => (Datacenter, Rack) switch
    {
        ({ } datacenter, { } rack) => RoutingScope.Rack(datacenter, rack),
        ({ } datacenter, null) => RoutingScope.Datacenter(datacenter),
        _ => RoutingScope.Cluster,
    };

    /// <summary>Reads a connection string.</summary>
    /// <exception cref="FormatException">It isn't one; the message names the key and what is expected.</exception>
    public static AlternatorConnectionString Parse(string connectionString)
    {
        ArgumentNullException.ThrowIfNull(connectionString);
        return TryRead(connectionString, out string error) ?? throw new FormatException(error);
    }

    /// <summary>Reads a connection string.</summary>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse([NotNullWhen(true)] string? connectionString, [NotNullWhen(true)] out AlternatorConnectionString? result)
    {
        result = connectionString is null ? null : TryRead(connectionString, out _);
        return result is not null;
    }

    /// <summary>The connection string, which <see cref="Parse"/> reads back. Holds the secret key: not for logs.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        Append(nameof(Endpoints), string.Join(',', Endpoints.Select(CanonicalEndpoint.Of)));
        Append(nameof(AccessKey), AccessKey);
        Append(nameof(SecretKey), SecretKey);
        Append(nameof(Datacenter), Datacenter);
        Append(nameof(Rack), Rack);
        Append(nameof(Region), Region);
        Append(nameof(ServerName), ServerName);
        Append(nameof(CaFile), CaFile);
        return text.ToString();

        void Append(string key, string? value)
        {
            if (value is not null)
            {
                text.Append(text.Length == 0 ? "" : ";").Append(key).Append('=').Append(Quoted(value));
            }
        }
    }

    /// <inheritdoc/>
    public bool Equals(AlternatorConnectionString? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public override int GetHashCode() => string.GetHashCode(ToString(), StringComparison.Ordinal);

    private static AlternatorConnectionString? TryRead(string text, out string error)
    {
        string trimmed = text.Trim();
        if (trimmed.Length == 0)
        {
            error = "The connection string is empty; expected Endpoints=http://host:port or a URI.";
            return null;
        }
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (trimmed.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || trimmed.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
        {
            values.Add(nameof(Endpoints), trimmed);
            error = "";
        }
        else if (!TrySplit(trimmed, values, out error))
        {
            return null;
        }
        return Build(values, out error);
    }

    private static AlternatorConnectionString? Build(Dictionary<string, string> values, out string error)
    {
        if (!values.TryGetValue(nameof(Endpoints), out string? list) || list.Trim().Length == 0)
        {
            error = "The connection string names no Endpoints; expected Endpoints=http://host:port.";
            return null;
        }
        var endpoints = ImmutableArray.CreateBuilder<Uri>();
        foreach (string part in list.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!Uri.TryCreate(part, UriKind.Absolute, out Uri? endpoint) || endpoint.Scheme is not ("http" or "https") || endpoint.Host.Length == 0
                || endpoint.UserInfo.Length > 0 || endpoint.PathAndQuery != "/" || endpoint.Fragment.Length > 0)
            {
                error = endpoint?.UserInfo.Length > 0
                    ? "Endpoints: an endpoint holds no user and password; keys are given as AccessKey and SecretKey."
                    : $"Endpoints: '{part}' is no endpoint; expected http://host:port or https://host:port, several parted by commas.";
                return null;
            }
            endpoints.Add(new Uri(CanonicalEndpoint.Of(endpoint)));
        }
        var result = new AlternatorConnectionString
        {
            Endpoints = endpoints.ToImmutable(),
            AccessKey = Value(nameof(AccessKey)),
            SecretKey = Value(nameof(SecretKey)),
            Datacenter = Value(nameof(Datacenter)),
            Rack = Value(nameof(Rack)),
            Region = Value(nameof(Region)),
            ServerName = Value(nameof(ServerName)),
            CaFile = Value(nameof(CaFile)),
        };
        error = result switch
        {
            { Rack: not null, Datacenter: null } => "Rack needs Datacenter: a rack's name means nothing without its datacenter.",
            { AccessKey: not null, SecretKey: null } => "AccessKey needs SecretKey.",
            { AccessKey: null, SecretKey: not null } => "SecretKey needs AccessKey.",
            _ => "",
        };
        return error.Length == 0 ? result : null;

        string? Value(string key) => values.TryGetValue(key, out string? value) && value.Length > 0 ? value : null;
    }

    private static bool TrySplit(string text, Dictionary<string, string> values, out string error)
    {
        var unknown = new List<string>();
        int at = 0;
        while (at < text.Length)
        {
            if (text[at] == ';' || char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }
            int equals = text.IndexOfAny(['=', ';'], at);
            if (equals < 0 || text[equals] == ';')
            {
                // Not quoted: what lacks a key is often the rest of a secret that holds a semicolon.
                error = $"What follows character {at} is no setting; expected Key=value, settings parted by semicolons (a value that holds one is put in double quotes), or a bare address such as http://host:port.";
                return false;
            }
            string written = text[at..equals].Trim();
            string? key = Array.Find(Keys, known => known.Equals(written, StringComparison.OrdinalIgnoreCase));
            if (!TryReadValue(text, equals + 1, out string value, out at))
            {
                error = $"{key ?? Excerpt(written)}: the quoted value doesn't end in a quote followed by a semicolon.";
                return false;
            }
            if (key is null)
            {
                // All of them are told at once.
                if (!unknown.Contains(written, StringComparer.OrdinalIgnoreCase))
                    unknown.Add(written);
            }
            else if (!values.TryAdd(key, value))
            {
                error = $"The key '{key}' is given twice.";
                return false;
            }
        }
        error = unknown switch
        {
            [] => "",
            [string one] => $"Unknown key '{Excerpt(one)}'. Did you mean {Nearest(one)}? Known keys: {string.Join(", ", Keys)}.",
            _ => $"Unknown keys: {string.Join(", ", unknown.Select(key => $"'{Excerpt(key)}' (did you mean {Nearest(key)}?)"))}. Known keys: {string.Join(", ", Keys)}.",
        };
        return error.Length == 0;
    }

    private static bool TryReadValue(string text, int start, out string value, out int next)
    {
        while (start < text.Length && char.IsWhiteSpace(text[start]))
        {
            start++;
        }
        if (start >= text.Length || text[start] != '"')
        {
            int end = text.IndexOf(';', start);
            next = end < 0 ? text.Length : end + 1;
            value = text[start..(end < 0 ? text.Length : end)].TrimEnd();
            return true;
        }
        var unquoted = new StringBuilder();
        for (next = start + 1; next < text.Length; next++)
        {
            if (text[next] != '"')
            {
                unquoted.Append(text[next]);
            }
            else if (next + 1 < text.Length && text[next + 1] == '"')
            {
                unquoted.Append('"');
                next++;
            }
            else
            {
                break;
            }
        }
        value = unquoted.ToString();
        bool closed = next < text.Length;
        for (next++; next < text.Length && char.IsWhiteSpace(text[next]); next++)
        {
        }
        bool ends = next >= text.Length || text[next] == ';';
        next = Math.Min(next + 1, text.Length);
        return closed && ends;
    }

    private static string Quoted(string value) =>
        value.AsSpan().IndexOfAny(";\"") >= 0 || value.Length == 0 || char.IsWhiteSpace(value[0]) || char.IsWhiteSpace(value[^1])
            ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : value;

    private static string Excerpt(string text) => text.Length <= 40 ? text : text[..40] + "…";

    private static string Nearest(string written) => Keys.MinBy(key => Distance(written.ToUpperInvariant(), key.ToUpperInvariant()))!;

    // Levenshtein, for words of at most a few dozen letters.
    private static int Distance(string a, string b)
    {
        a = a.Length <= 40 ? a : a[..40];
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, 1 + Math.Min(row[j], row[j - 1]));
            }
        }
        return row[b.Length];
    }
}
