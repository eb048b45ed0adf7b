using Aspire.Hosting;

namespace Alternator.Aspire.Hosting.Tests;

/// <summary>What an AppHost publishes for an environment that it has, compared with a file under Publishing/.</summary>
internal static class Published
{
    /// <summary>Publishes and returns the folder.</summary>
    public static async Task<string> FolderAsync(Action<IDistributedApplicationBuilder> describe, string? folder = null)
    {
        folder ??= Directory.CreateTempSubdirectory("published-").FullName;
        IDistributedApplicationBuilder builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
        {
            DisableDashboard = true,
            Args = ["--operation", "publish", "--step", "publish", "--output-path", folder],
            AssemblyName = typeof(Published).Assembly.GetName().Name,
        });
        describe(builder);
        await using DistributedApplication application = builder.Build();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await application.RunAsync(limit.Token);
        return folder;
    }

    /// <summary>Compares with the file, to the letter. <c>ALTERNATOR_WRITE_EXPECTED</c> names the folder of these sources to write it anew.</summary>
    public static void Is(string file, string actual)
    {
        if (Environment.GetEnvironmentVariable("ALTERNATOR_WRITE_EXPECTED") is { Length: > 0 } sources)
            File.WriteAllText(Path.Combine(sources, file), actual);
        else
            Assert.Equal(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Publishing", file)), actual, ignoreLineEndingDifferences: true);
    }
}
