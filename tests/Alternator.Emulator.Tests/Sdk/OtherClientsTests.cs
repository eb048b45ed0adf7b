using System.Diagnostics;

namespace Alternator.Emulator.Tests.Sdk;

/// <summary>Other people's clients, as their users run them; skipped with the reason where they are not installed.</summary>
public sealed class OtherClientsTests
{
    [NeedsCommand("python3", "-c", "import boto3", Reason = "boto3 is not installed (Debian: python3-boto3)")]
    public async Task Boto3_walks_through_all_operations()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new() { Nodes = 1, EnforceAuthorization = true });
        (int code, string output) = await RunAsync("python3", [Script("walk.py"), Endpoint(cluster), EmulatorOptions.DefaultAccessKey, EmulatorOptions.DefaultSecretKey]);
        Assert.True(code == 0 && output.Contains("walked", StringComparison.Ordinal), output);
    }

    [NeedsCommand("aws", "--version", Reason = "the AWS CLI is not installed (Debian: awscli)")]
    public async Task The_AWS_CLI_walks_through_the_usual_operations_and_all_of_them_in_the_long_run()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new() { Nodes = 1, EnforceAuthorization = true });
        string[] all = Environment.GetEnvironmentVariable("ALTERNATOR_LONG_TESTS") == "1" ? ["all"] : [];
        (int code, string output) = await RunAsync("bash", [Script("walk.sh"), Endpoint(cluster), .. all]);
        Assert.True(code == 0 && output.Contains("walked", StringComparison.Ordinal), output);
    }

    private static string Endpoint(EmulatorCluster cluster) => cluster.Nodes[0].Endpoint.GetLeftPart(UriPartial.Authority);

    private static string Script(string name) => Path.Combine(AppContext.BaseDirectory, "Sdk", name);

    internal static async Task<(int Code, string Output)> RunAsync(string file, string[] args)
    {
        var start = new ProcessStartInfo(file, args)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["AWS_ACCESS_KEY_ID"] = EmulatorOptions.DefaultAccessKey,
                ["AWS_SECRET_ACCESS_KEY"] = EmulatorOptions.DefaultSecretKey,
                ["AWS_DEFAULT_REGION"] = "us-east-1",
                ["AWS_EC2_METADATA_DISABLED"] = "true",
                ["AWS_PAGER"] = "",
                ["NO_PROXY"] = "127.0.0.1",
            },
        };
        using Process process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token);
        Task<string> error = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output + await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}

/// <summary>A fact that runs only where a command succeeds.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NeedsCommandAttribute : FactAttribute
{
    private readonly string _file;
    private readonly string[] _args;
    private string? _skip;
    private bool _asked;

    public NeedsCommandAttribute(string file, params string[] args)
    {
        _file = file;
        _args = args;
    }

    /// <summary>What is missing when the command does not succeed.</summary>
    public string Reason { get; set; } = "";

    public override string? Skip
    {
        get
        {
            if (!_asked)
            {
                _asked = true;
                _skip = Succeeds() ? null : Reason;
            }

            return _skip;
        }
        set => _skip = value;
    }

    private bool Succeeds()
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(_file, _args) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            return process.WaitForExit(20_000) && process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
