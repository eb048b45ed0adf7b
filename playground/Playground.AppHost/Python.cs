using System.ComponentModel;
using System.Diagnostics;

namespace Playground.AppHost;

/// <summary>Finds a Python that has boto3: the service that needs it is left out where there is none.</summary>
internal static class Python
{
    public static string? WithBoto3()
    {
        foreach (string python in new[] { "python3", "/usr/bin/python3", "python" })
        {
            try
            {
                using Process process = Process.Start(new ProcessStartInfo(python, ["-c", "import boto3"]) { RedirectStandardError = true })!;
                if (process.WaitForExit(10_000) && process.ExitCode == 0)
                    return python;
            }
            catch (Win32Exception)
            {
                // No such program.
            }
        }
        Console.WriteLine("The Python service is left out: no Python with boto3 is on this machine.");
        return null;
    }
}
