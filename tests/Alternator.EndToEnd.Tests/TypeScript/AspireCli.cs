using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Alternator.EndToEnd.Tests.TypeScript;

/// <summary>The Aspire CLI, restored as a tool of a folder of this repository's artifacts, and there the AppHost of playground/Playground.TypeScript.</summary>
internal static partial class AspireCli
{
    public const string AppHost = "apphost.mts";

    private static readonly Dictionary<string, string?> Environment = new()
    {
        ["ASPIRE_CLI_TELEMETRY_OPTOUT"] = "true",
        ["ASPIRE_DASHBOARD_TELEMETRY_OPTOUT"] = "true",
        ["ASPIRE_VERSION_CHECK_DISABLED"] = "true",
        ["ASPIRE_ALLOW_UNSECURED_TRANSPORT"] = "true",
        ["NO_COLOR"] = "1",
        // For the project that the CLI writes and builds: what is built already is taken as it is.
        ["Configuration"] = Repository.Configuration,
        ["BuildProjectReferences"] = "false",
        ["CustomAfterMicrosoftCommonTargets"] = Repository.File("tests", "Alternator.EndToEnd.Tests", "TypeScript", "ThisMachinesSources.targets"),
    };

    private static readonly Lazy<string?> Answer = new(Restore), AnswerForTypeScript = new(() => Answer.Value ?? Prepare());

    /// <summary>Why the CLI can't be had; null when it can.</summary>
    public static string? Missing => Answer.Value;

    /// <summary>Why no AppHost in TypeScript can be made; null when one can.</summary>
    public static string? NoTypeScript => AnswerForTypeScript.Value;

    public static string Folder { get; } = Repository.File("artifacts", "typescript");

    /// <summary>The version of Aspire, of which the CLI and its generator are too.</summary>
    public static string Version { get; } = XDocument.Load(Repository.File("Directory.Packages.props")).Descendants("PackageVersion")
        .Single(package => package.Attribute("Include")?.Value == "Aspire.Hosting").Attribute("Version")!.Value;

    /// <summary>Runs a command of the CLI that must succeed.</summary>
    public static async Task<string> RunAsync(params string[] arguments)
    {
        Finished done = await TryAsync("dotnet", ["tool", "run", "aspire", "--", .. arguments, "--non-interactive", "--nologo"]);
        Assert.True(done.ExitCode == 0, $"aspire {string.Join(' ', arguments)}\n{done.Everything}");
        return done.Output;
    }

    public static Task<Finished> TryAsync(string program, params string[] arguments) => RunningProgram.RunAsync(program, arguments, Environment, Folder, seconds: 240);

    private static string? Restore()
    {
        if (!Repository.HasAspireHosting)
            return "the Aspire hosting packages can't be restored here";
        Directory.CreateDirectory(Path.Combine(Folder, ".config"));
        File.WriteAllText(Path.Combine(Folder, ".config", "dotnet-tools.json"), $$"""
            { "version": 1, "isRoot": true, "tools": { "aspire.cli": { "version": "{{Version}}", "commands": ["aspire"] } } }
            """);
        Finished done = TryAsync("dotnet", "tool", "restore").GetAwaiter().GetResult();
        return done.ExitCode == 0 ? null : $"the Aspire CLI (package Aspire.Cli {Version}) can't be restored here: {LastLine(done)}";
    }

    private static string? Prepare()
    {
        if (Needs.Find("node") is null || Needs.Find("npm") is null)
            return "node and npm are not installed";
        const string generator = "Aspire.Hosting.CodeGeneration.TypeScript";
        File.WriteAllText(Path.Combine(Folder, "Generator.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><ManagePackageVersionsCentrally>false</ManagePackageVersionsCentrally><TreatWarningsAsErrors>false</TreatWarningsAsErrors></PropertyGroup>
              <ItemGroup><PackageReference Include="{generator}" Version="{Version}" /></ItemGroup>
            </Project>
            """);
        Finished restored = TryAsync("dotnet", "restore", "Generator.csproj", "--nologo").GetAwaiter().GetResult();
        if (restored.ExitCode != 0)
            return $"{generator} {Version}, with which the CLI writes TypeScript, can't be restored here: {(NuGetError().Match(restored.Everything) is { Success: true } error ? error.Value.Trim() : LastLine(restored))}";

        foreach (string file in Directory.GetFiles(Repository.File("playground", "Playground.TypeScript")))
            File.Copy(file, Path.Combine(Folder, Path.GetFileName(file)), overwrite: true);
        PointToThisRepository();
        Finished installed = TryAsync("npm", "install", "--no-audit", "--no-fund").GetAwaiter().GetResult();
        return installed.ExitCode == 0 ? null : $"the npm packages of playground/Playground.TypeScript can't be installed here: {LastLine(installed)}";
    }

    /// <summary>The paths in the sample are those of its own folder.</summary>
    private static void PointToThisRepository()
    {
        string file = Path.Combine(Folder, "aspire.config.json");
        JsonNode configuration = JsonNode.Parse(File.ReadAllText(file))!;
        configuration["packages"]!["Alternator.Aspire.Hosting"] = Repository.File("src", "Alternator.Aspire.Hosting", "Alternator.Aspire.Hosting.csproj");
        File.WriteAllText(file, configuration.ToJsonString());
        string program = Path.Combine(Folder, AppHost);
        File.WriteAllText(program, File.ReadAllText(program).Replace("'../Playground.AppHost/", $"'{Repository.File("playground", "Playground.AppHost")}/", StringComparison.Ordinal));
    }

    private static string LastLine(Finished done) => done.Everything.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? $"exit code {done.ExitCode}";

    [GeneratedRegex(@"NU\d+: [^;\[\r\n]*")]
    private static partial Regex NuGetError();
}

/// <summary>A test that asks the Aspire CLI.</summary>
public sealed class AspireCliFactAttribute : FactAttribute
{
    public AspireCliFactAttribute() => Skip = AspireCli.Missing;
}

/// <summary>A test that runs an AppHost in TypeScript.</summary>
public sealed class TypeScriptFactAttribute : FactAttribute
{
    public TypeScriptFactAttribute() => Skip = AspireCli.NoTypeScript;
}
