using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json;
using System.Xml.Linq;

namespace Alternator.Aspire.Client.Tests;

/// <summary>The package as <c>dotnet pack</c> makes it from what is built already.</summary>
public sealed class PackageTests(PackageTests.Packed packed) : IClassFixture<PackageTests.Packed>
{
    [Fact]
    public void The_package_holds_the_assembly_its_documentation_the_readme_the_icon_the_schema_and_the_targets_and_nothing_else()
    {
        var files = packed.Package.Entries.Select(entry => entry.FullName)
            .Where(name => !name.StartsWith("_rels/", StringComparison.Ordinal) && !name.StartsWith("package/", StringComparison.Ordinal) && name != "[Content_Types].xml");

        Assert.Equal(
            [
                "Alternator.Aspire.Client.nuspec",
                "ConfigurationSchema.json",
                "README.md",
                "buildTransitive/net10.0/Alternator.Aspire.Client.targets",
                "icon.png",
                "lib/net10.0/Alternator.Aspire.Client.dll",
                "lib/net10.0/Alternator.Aspire.Client.xml",
            ],
            files.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_package_depends_on_what_the_client_needs_and_not_on_a_web_framework_or_a_hosting_package()
    {
        var dependencies = packed.Specification.Descendants().Where(element => element.Name.LocalName == "dependency").ToDictionary(
            element => element.Attribute("id")!.Value, element => element.Attribute("version")!.Value);

        // The others are what these need, at the versions that the repository pins.
        string[] direct =
        [
            "Alternator.Client", "Microsoft.Extensions.Configuration.Binder", "Microsoft.Extensions.DependencyInjection",
            "Microsoft.Extensions.Diagnostics.HealthChecks", "Microsoft.Extensions.Hosting.Abstractions", "OpenTelemetry.Api.ProviderBuilderExtensions",
        ];
        Assert.Empty(direct.Except(dependencies.Keys));
        Assert.DoesNotContain(dependencies.Keys, name => name is "Microsoft.Extensions.Hosting" or "OpenTelemetry"
            || name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal) || name.StartsWith("Aspire.", StringComparison.Ordinal) || name is "Alternator.Emulator" or "NJsonSchema");
        Assert.All(dependencies.Values, version => Assert.Matches(@"^\d+\.\d+\.\d+", version));
        Assert.DoesNotContain(packed.Specification.Descendants(), element => element.Name.LocalName == "frameworkReference");
    }

    [Fact]
    public void The_package_is_found_by_the_tags_of_Aspires_client_integrations()
    {
        var tags = Metadata("tags").Split(' ');

        Assert.Equal(["aspire", "integration", "client", "component"], tags[..4]);
        Assert.Contains("scylladb", tags);
        Assert.Equal("README.md", Metadata("readme"));
        Assert.Equal("icon.png", Metadata("icon"));
        Assert.Equal("Apache-2.0", Metadata("license"));
        Assert.NotEmpty(Metadata("description"));
    }

    [Fact]
    public void Symbols_come_in_a_package_of_their_own() =>
        Assert.Contains("lib/net10.0/Alternator.Aspire.Client.pdb", packed.Symbols.Entries.Select(entry => entry.FullName));

    [Fact]
    public void The_schema_of_the_package_is_where_its_targets_say_and_is_the_one_that_the_client_checks_with()
    {
        var targets = XDocument.Parse(packed.Text("buildTransitive/net10.0/Alternator.Aspire.Client.targets"));
        var segment = targets.Descendants("JsonSchemaSegment").Single();

        // Two folders above the targets is the root of the package.
        Assert.Equal(@"$(MSBuildThisFileDirectory)..\..\ConfigurationSchema.json", segment.Attribute("Include")!.Value);
        Assert.Matches(segment.Attribute("FilePathPattern")!.Value, "appsettings.Development.json");
        using var embedded = new StreamReader(typeof(AlternatorClientSettings).Assembly.GetManifestResourceStream("ConfigurationSchema.json")!);
        Assert.Equal(embedded.ReadToEnd(), packed.Text("ConfigurationSchema.json"));
    }

    [Fact]
    public void The_readme_has_the_shape_of_Aspires_components_and_names_all_that_a_user_looks_for()
    {
        var readme = packed.Text("README.md");
        var headings = readme.Split('\n').Where(line => line.StartsWith('#')).Select(line => line.Trim()).ToArray();

        Assert.Equal("# Alternator.Aspire.Client library", headings[0]);
        string[] expected =
        [
            "## Getting started", "### Prerequisites", "### Install the package", "## Usage example", "## Configuration", "### Use a connection string",
            "### Use configuration providers", "### Use inline delegates", "## AppHost extensions", "## Additional documentation", "## Feedback & contributing",
        ];
        Assert.Equal(expected, headings.Where(expected.Contains));
        Assert.All(LogCategories.All, category => Assert.Contains($"`{category}`", readme, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_setting_is_in_the_table_of_the_readme()
    {
        var readme = packed.Text("README.md");

        Assert.All(Schema.SettingsProperties.Leaves(), leaf => Assert.Contains($"`{leaf.Key}`", readme, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_configuration_that_the_readme_shows_is_right()
    {
        var samples = packed.Text("README.md").Split("```json").Skip(1).Select(part => part.Split("```")[0]).ToArray();

        Assert.NotEmpty(samples);
        Assert.All(samples, sample =>
        {
            using var document = JsonDocument.Parse(sample);
            var builder = TestHost.Builder();
            Microsoft.Extensions.Configuration.JsonConfigurationExtensions.AddJsonStream(builder.Configuration, new MemoryStream(System.Text.Encoding.UTF8.GetBytes(sample)));
            Assert.Empty(new Configuration.SettingsReader(builder.Configuration, "alternator", ["alternator", "orders"], null).Read().Problems);
        });
    }

    private string Metadata(string name) => packed.Specification.Descendants().First(element => element.Name.LocalName == name).Value;

    /// <summary>Packs once for all tests, into a folder of its own.</summary>
    public sealed class Packed : IDisposable
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("alternator-pack-").FullName;

        public Packed()
        {
            // The configuration in which these tests run is the one that is built.
            var configuration = AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";
            using var pack = Process.Start(new ProcessStartInfo(
                "dotnet", ["pack", RepositoryPaths.Project, "--no-build", "-c", configuration, "-o", _folder, "--nologo", "-v", "quiet"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var error = pack.StandardError.ReadToEndAsync();
            var output = pack.StandardOutput.ReadToEnd();
            pack.WaitForExit();
            Assert.True(pack.ExitCode == 0, output + error.Result);
            Package = ZipFile.OpenRead(Directory.EnumerateFiles(_folder, "*.nupkg").Single());
            Symbols = ZipFile.OpenRead(Directory.EnumerateFiles(_folder, "*.snupkg").Single());
            Specification = XDocument.Parse(Text("Alternator.Aspire.Client.nuspec"));
        }

        public ZipArchive Package { get; }

        public ZipArchive Symbols { get; }

        public XDocument Specification { get; }

        public string Text(string file)
        {
            lock (Package)
            {
                using var reader = new StreamReader(Package.GetEntry(file)!.Open());
                return reader.ReadToEnd();
            }
        }

        public void Dispose()
        {
            Package.Dispose();
            Symbols.Dispose();
            Directory.Delete(_folder, recursive: true);
        }
    }
}
