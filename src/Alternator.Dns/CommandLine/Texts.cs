using System.Globalization;
using System.Net;
using Alternator.Client;

namespace Alternator.Dns.CommandLine;

/// <summary>Reads what stands behind an option. Each reader gives the value or says what is expected.</summary>
internal static class Texts
{
    /// <summary>300ms, 2s, 1m, 1h; a number alone is seconds.</summary>
    /// <exception cref="FormatException">It is none of these.</exception>
    public static TimeSpan Duration(string text)
    {
        (string number, double seconds) = text switch
        {
            _ when text.EndsWith("ms", StringComparison.Ordinal) => (text[..^2], 0.001),
            _ when text.EndsWith('s') => (text[..^1], 1),
            _ when text.EndsWith('m') => (text[..^1], 60),
            _ when text.EndsWith('h') => (text[..^1], 3600),
            _ => (text, 1),
        };
        return double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) && value * seconds < int.MaxValue
            ? TimeSpan.FromMilliseconds(Math.Round(value * seconds * 1000))
            : throw new FormatException("is not a duration; write 300ms, 2s or 5m");
    }

    /// <summary>A whole number; whether it is in range is checked with the other options.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static int Number(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
        ? value
        : throw new FormatException("is not a whole number");

    /// <summary>One of the names of an enumeration, in any case.</summary>
    /// <exception cref="FormatException">It is none of them.</exception>
    public static T Named<T>(string text) where T : struct, Enum => Enum.GetNames<T>().FirstOrDefault(name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } found
        ? Enum.Parse<T>(found)
        : throw new FormatException($"is none of {string.Join(", ", Enum.GetNames<T>())}");

    /// <summary>An address and port; an address alone takes <paramref name="defaultPort"/>, a port alone the loopback address.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static IPEndPoint EndPoint(string text, int defaultPort)
    {
        if (ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
            return new IPEndPoint(IPAddress.Loopback, port);
        if (IPAddress.TryParse(text.Trim('[', ']'), out IPAddress? address) && (text[0] != '[' || text[^1] == ']'))
            return new IPEndPoint(address, defaultPort);
        if (text.LastIndexOf(':') is > 0 && IPEndPoint.TryParse(text, out IPEndPoint? endPoint) && !text.EndsWith(']'))
            return endPoint;

        throw new FormatException("is not an address and port; write 127.0.0.1:5353 or [::1]:5353");
    }

    /// <summary>A node: a name or address, with or without port, or a whole URI.</summary>
    /// <exception cref="FormatException">It is none of these.</exception>
    public static Uri Node(string text, string scheme, int port)
    {
        string host = IPAddress.TryParse(text, out IPAddress? address) && address.AddressFamily is System.Net.Sockets.AddressFamily.InterNetworkV6 && text[0] != '['
            ? $"[{text}]"
            : text;
        bool isUri = text.Contains("://", StringComparison.Ordinal);
        if (Uri.TryCreate(isUri ? text : $"{scheme}://{host}", UriKind.Absolute, out Uri? uri)
            && uri.Scheme is "http" or "https" && uri!.Host.Length > 0 && uri.PathAndQuery == "/" && uri.UserInfo.Length == 0)
        {
            bool hasPort = isUri || host.LastIndexOf(':') > host.LastIndexOf(']');
            return hasPort ? uri : new UriBuilder(uri) { Port = port }.Uri;
        }

        throw new FormatException("is not a node; write a name or address, host:port, or http://host:port");
    }

    /// <summary>A datacenter, or a rack as DATACENTER/RACK.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static RoutingScope Scope(string text) => text.Split('/') switch
    {
        [{ Length: > 0 } datacenter] => RoutingScope.Datacenter(datacenter),
        [{ Length: > 0 } datacenter, { Length: > 0 } rack] => RoutingScope.Rack(datacenter, rack),
        _ => throw new FormatException("is not a scope; write DATACENTER or DATACENTER/RACK"),
    };

    /// <summary>1 or all.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static DnsAnswers Answers(string text) => text switch
    {
        "1" or "one" => DnsAnswers.One,
        "all" => DnsAnswers.All,
        _ => throw new FormatException("is not 1 or all"),
    };
}
