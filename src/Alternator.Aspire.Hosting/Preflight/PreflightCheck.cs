using System.Globalization;
using Aspire.Hosting.Scylla;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Preflight;

/// <summary>What of this machine decides whether several nodes can boot on it. Null is unknown: containers then run on another kernel than this process.</summary>
internal sealed record MachineFacts(long? AioMax, long? AioInUse, long? AvailableMemory)
{
    public static MachineFacts Read()
    {
        if (!OperatingSystem.IsLinux())
            return new(null, null, null);
        return new(Number("/proc/sys/fs/aio-max-nr"), Number("/proc/sys/fs/aio-nr"), MemAvailable());
    }

    private static long? Number(string file)
    {
        try
        {
            return long.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return null;
        }
    }

    private static long? MemAvailable()
    {
        try
        {
            string? line = File.ReadLines("/proc/meminfo").FirstOrDefault(l => l.StartsWith("MemAvailable:", StringComparison.Ordinal));
            return line is null ? null : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

/// <summary>
/// Foretells failures that are hard to read afterwards. Each shard takes slots of the kernel's asynchronous I/O, out of a number that all
/// containers share: 1024 and 12 for storage, and one per network control block. A node that gets too few dies with a message about AIO.
/// </summary>
internal static class PreflightCheck
{
    private const long StorageSlots = 1024 + 2 + 10;

    public static IEnumerable<string> Warnings(MachineFacts machine, int nodes, ScyllaSettings settings)
    {
        long perShard = StorageSlots + ControlBlocks(settings);
        long needed = nodes * settings.Smp * perShard;
        if (machine is { AioMax: { } max, AioInUse: { } used } && max - used < needed)
            yield return $"{nodes} node(s) with {settings.Smp} shard(s) need {needed} asynchronous I/O slots, and {max - used} are free: nodes will die with 'Your system does not satisfy minimum AIO requirements'. Run: sudo sysctl -w fs.aio-max-nr={Math.Max(1048576, max + needed)}";
        if (machine.AvailableMemory is { } available && MemorySize.Bytes(settings.Memory) is { } memory && nodes * memory > available)
            yield return $"{nodes} node(s) with {settings.Memory} need more memory than the {available / (1 << 20)} MB that are available: nodes will be killed or fail to start. Use WithMemory, fewer nodes, or AddAlternatorEmulator.";
    }

    /// <summary>Why ScyllaDB may fail to write to a folder of the host; null when everybody can write there, or it can't be told.</summary>
    public static string? NotWritable(string folder) =>
        OperatingSystem.IsLinux() && Directory.Exists(folder) && !File.GetUnixFileMode(folder).HasFlag(UnixFileMode.OtherWrite)
            ? $"'{folder}' isn't writable for everybody, and the image's user is another than yours: the node may fail to start with 'Permission denied'. Run: chmod 777 '{folder}', or use WithDataVolume."
            : null;

    private static long ControlBlocks(ScyllaSettings settings)
    {
        const string flag = "--max-networking-io-control-blocks=";
        string? own = settings.Extra.LastOrDefault(e => e.StartsWith(flag, StringComparison.Ordinal));
        return own is not null && long.TryParse(own[flag.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out long blocks) ? blocks : 1000;
    }
}

internal static partial class PreflightLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Preflight: {Text}")]
    public static partial void Warning(ILogger logger, string text);
}
