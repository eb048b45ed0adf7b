using System.IO.Compression;
using System.Xml.Linq;

namespace Alternator.EndToEnd.Tests.Packages;

/// <summary>All packages of the repository, packed into a folder that its NuGet.config, copied there, names as a source.</summary>
public sealed class PackedPackages : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("packages-");

    /// <summary>All packages; without the hosting package where what it is built on can't be restored.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "Alternator.Client", "Alternator.Aspire.Client", "Alternator.Emulator", "Alternator.Dns",
        .. Repository.HasAspireHosting ? ["Alternator.Aspire.Hosting"] : Array.Empty<string>(),
    ];

    public string Folder => _folder.FullName;

    private DirectoryInfo Source => new(Path.Combine(Folder, "artifacts", "packages"));

    public static string ProjectOf(string package) => Repository.File("src", package, package + ".csproj");

    public async Task InitializeAsync()
    {
        Source.Create();
        File.Copy(Repository.File("NuGet.config"), Path.Combine(Folder, "NuGet.config"));
        await DotnetAsync([], Folder, "msbuild", WritePackAll(), "-nologo", "-v:quiet", $"-p:Configuration={Repository.Configuration}", $"-p:To={Source.FullName}/");
    }

    public Task DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return Task.CompletedTask;
    }

    public string VersionOf(string package) => Path.GetFileNameWithoutExtension(FileOf(package).Name)[(package.Length + 1)..];

    /// <summary>The packages that come along with this one.</summary>
    public IReadOnlyList<string> DependenciesOf(string package)
    {
        using ZipArchive archive = ZipFile.OpenRead(FileOf(package).FullName);
        using Stream specification = archive.GetEntry(package + ".nuspec")!.Open();
        return [.. XDocument.Load(specification).Descendants().Where(element => element.Name.LocalName == "dependency").Select(element => element.Attribute("id")!.Value)];
    }

    internal static async Task<Finished> DotnetAsync(Dictionary<string, string?> environment, string directory, params string[] arguments)
    {
        var done = await RunningProgram.RunAsync("dotnet", arguments, environment, directory, seconds: 240);
        Assert.True(done.ExitCode == 0, $"dotnet {string.Join(' ', arguments)}\n{done.Everything}");
        return done;
    }

    private FileInfo FileOf(string package) => Assert.Single(Source.GetFiles($"{package}.0*.nupkg"));

    /// <summary>One build that packs them all, faster than one after another.</summary>
    private string WritePackAll()
    {
        var path = Path.Combine(Folder, "pack.proj");
        new XElement("Project",
            new XElement("Target", new XAttribute("Name", "Pack"),
                new XElement("ItemGroup", Names.Select(package => new XElement("Project", new XAttribute("Include", ProjectOf(package))))),
                new XElement("MSBuild",
                    new XAttribute("Projects", "@(Project)"),
                    new XAttribute("Targets", "Pack"),
                    new XAttribute("Properties", "Configuration=$(Configuration);PackageOutputPath=$(To)"))))
            .Save(path);
        return path;
    }
}
