using System.Diagnostics;

namespace Alternator.Aspire.Client.Tests.Schema;

/// <summary>A test that needs Debian's python3-jsonschema.</summary>
internal sealed class PythonJsonSchemaFactAttribute : FactAttribute
{
    private const string Python = "/usr/bin/python3";

    private static readonly Lazy<bool> Available = new(() =>
    {
        try
        {
            Run("import jsonschema", "");
            return true;
        }
        catch (Exception exception) when (exception is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return false;
        }
    });

    public PythonJsonSchemaFactAttribute()
    {
        if (!Available.Value)
        {
            Skip = $"{Python} with the module jsonschema is missing (Debian: python3-jsonschema)";
        }
    }

    public static string Run(string program, string input)
    {
        using var process = Process.Start(new ProcessStartInfo(Python, ["-W", "ignore", "-c", program])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException(error.Result);
    }
}
