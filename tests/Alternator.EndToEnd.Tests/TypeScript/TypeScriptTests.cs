using System.Text.Json.Nodes;

namespace Alternator.EndToEnd.Tests.TypeScript;

/// <summary>What an AppHost in TypeScript has of this integration, and that one works.</summary>
public sealed class TypeScriptTests
{
    private static readonly string Here = Repository.File("tests", "Alternator.EndToEnd.Tests", "TypeScript");

    private static string[] WrittenDown => File.ReadAllLines(Path.Combine(Here, "exports.txt"));

    [AspireCliFact]
    public async Task What_is_exported_is_what_is_written_down()
    {
        string now = Path.Combine(AspireCli.Folder, "exports.txt");
        await AspireCli.RunAsync("sdk", "dump", Repository.File("src", "Alternator.Aspire.Hosting", "Alternator.Aspire.Hosting.csproj"), "--format", "ci", "--output", now);
        string[] exported = File.ReadAllLines(now);
        Assert.True(
            exported.SequenceEqual(WrittenDown),
            $"The exports changed. Gone: {List(WrittenDown.Except(exported))}. New: {List(exported.Except(WrittenDown))}. If that is meant, copy {now} over TypeScript/exports.txt of this project, and use what is new in everything.mts.");

        static string List(IEnumerable<string> lines) => lines.DefaultIfEmpty("nothing").Aggregate((all, line) => $"{all}\n{line}");
    }

    [Fact]
    public void Every_export_is_used_by_the_program_that_is_compiled()
    {
        string program = File.ReadAllText(Path.Combine(Here, "everything.mts"));
        string[] unused = [.. WrittenDown
            .Where(line => line.StartsWith("Alternator.Aspire.Hosting/", StringComparison.Ordinal) && line.Contains('('))
            .Select(line => line.Split('/', '(')[1])
            .Where(name => !Used(name) && !Used(Own(name)))];
        Assert.Empty(unused);

        bool Used(string name) => program.Contains($".{name}(", StringComparison.Ordinal);

        // In TypeScript some have a shorter name than across all integrations.
        static string Own(string name) => new[] { "AlternatorCluster", "AlternatorEmulator", "Alternator", "DynamoDbAdmin" }.Aggregate(name, (shorter, part) => shorter.Replace(part, "", StringComparison.Ordinal));
    }

    [Fact]
    public void The_sample_is_for_the_version_of_Aspire_that_the_package_is_built_on() =>
        Assert.Equal(AspireCli.Version, JsonNode.Parse(File.ReadAllText(Repository.File("playground", "Playground.TypeScript", "aspire.config.json")))!["sdk"]!["version"]!.GetValue<string>());

    [TypeScriptFact]
    public async Task An_AppHost_in_TypeScript_compiles_and_runs_with_tables_and_a_service()
    {
        File.Copy(Path.Combine(Here, "everything.mts"), Path.Combine(AspireCli.Folder, "everything.mts"), overwrite: true);
        await AspireCli.RunAsync("restore", "--apphost", AspireCli.AppHost);
        Finished compiled = await AspireCli.TryAsync("npx", "tsc", "-p", "tsconfig.apphost.json");
        Assert.True(compiled.ExitCode == 0, compiled.Everything);

        await AspireCli.RunAsync("start", "--apphost", AspireCli.AppHost);
        try
        {
            string log = "";
            for (int attempt = 0; attempt < 60 && log.Split(" songs").Length < 4; attempt++)
            {
                await Task.Delay(500);
                log = (await AspireCli.TryAsync("dotnet", "tool", "run", "aspire", "--", "logs", "songs", "--apphost", AspireCli.AppHost, "--non-interactive", "--nologo")).Everything;
            }
            Assert.Matches(@"(?s)http://\S+ has 7 songs.*http://\S+ has 7 songs.*http://\S+ has 7 songs", log);
        }
        finally
        {
            await AspireCli.RunAsync("stop", "--apphost", AspireCli.AppHost);
        }
    }
}
