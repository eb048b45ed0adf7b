namespace Alternator.EndToEnd.Tests;

/// <summary>Programs that some tests use and that a machine need not have.</summary>
internal static class Needs
{
    public static string? Find(params string[] names) => names
        .SelectMany(name => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, name)))
        .FirstOrDefault(File.Exists);

    public static string? Chromium { get; } = Find("chromium", "chromium-browser", "google-chrome");

    public static string? AwsCli { get; } = Find("aws");

    public static string? PythonWithBoto3 { get; } = new[] { "/usr/bin/python3", Find("python3") }.FirstOrDefault(python => python is not null && HasBoto3(python));

    private static bool HasBoto3(string python)
    {
        if (!File.Exists(python))
            return false;
        using var process = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo(python, ["-c", "import boto3"]) { RedirectStandardError = true });
        process!.WaitForExit();
        return process.ExitCode == 0;
    }
}

/// <summary>A test in a real browser.</summary>
public sealed class ChromiumFactAttribute : FactAttribute
{
    public ChromiumFactAttribute() => Skip = Needs.Chromium is null ? "chromium is not installed (Debian: apt-get install chromium)" : null;
}

/// <summary>A test that runs the AWS CLI.</summary>
public sealed class AwsCliFactAttribute : FactAttribute
{
    public AwsCliFactAttribute() => Skip = Needs.AwsCli is null ? "the AWS CLI is not installed (Debian: apt-get install awscli)" : null;
}

/// <summary>A test that runs a boto3 program.</summary>
public sealed class Boto3FactAttribute : FactAttribute
{
    public Boto3FactAttribute() => Skip = Needs.PythonWithBoto3 is null ? "no python3 here has boto3 (Debian: apt-get install python3-boto3)" : null;
}
