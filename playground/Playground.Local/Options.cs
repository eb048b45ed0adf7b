using System.Net;
using System.Net.Sockets;

namespace Playground.Local;

/// <summary>What the command line asks for. A port that was not given is null: then another one may be taken instead of the usual.</summary>
internal sealed record Options
{
    public const int UsualPort = 8000;
    public const int UsualWebPort = 5080;
    private const int MostNodes = 10;

    public int Nodes { get; init; } = 3;

    public int? Port { get; init; }

    public int? WebPort { get; init; }

    public IPAddress Address { get; init; } = IPAddress.Loopback;

    public bool Help { get; init; }

    /// <summary>Reads the arguments, <c>--name value</c> or <c>--name=value</c>.</summary>
    /// <exception cref="UsageException">An option is unknown, or its value is not one that it takes.</exception>
    public static Options Parse(IReadOnlyList<string> arguments)
    {
        var options = new Options();
        for (var i = 0; i < arguments.Count; i++)
        {
            var (name, value) = arguments[i].Split('=', 2) is [var left, var right] ? (left, right) : (arguments[i], null);
            if (name is "--help" or "-h" or "-?")
                return options with { Help = true };
            if (name is not ("--nodes" or "--port" or "--web-port" or "--address"))
                throw new UsageException($"unknown option {name}; --help lists the options");
            value ??= ++i < arguments.Count ? arguments[i] : throw new UsageException($"{name} needs a value");
            options = name switch
            {
                "--nodes" => options with { Nodes = Number(name, value, 1, MostNodes) },
                "--port" => options with { Port = Number(name, value, 0, 65535) },
                "--web-port" => options with { WebPort = Number(name, value, 0, 65535) },
                _ => options with { Address = LoopbackAddress(name, value) },
            };
        }
        return options;
    }

    private static int Number(string name, string value, int least, int most) =>
        int.TryParse(value, out var number) && number >= least && number <= most
            ? number
            : throw new UsageException($"{name} takes a number from {least} to {most}, not '{value}'");

    private static IPAddress LoopbackAddress(string name, string value) =>
        IPAddress.TryParse(value, out var address) && address.AddressFamily == AddressFamily.InterNetwork && IPAddress.IsLoopback(address)
            ? address
            : throw new UsageException($"{name} takes an IPv4 loopback address such as 127.0.0.1, not '{value}'");
}

/// <summary>The command line cannot be understood; the message says how it would be.</summary>
internal sealed class UsageException(string message) : Exception(message);
