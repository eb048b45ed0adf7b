using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using NJsonSchema;

namespace Alternator.Aspire.Client.Tests.Schema;

/// <summary>The schema that editors validate <c>appsettings.json</c> with, held against the settings and tried on samples.</summary>
public sealed class ConfigurationSchemaTests
{
    private static readonly string File = Path.Combine(RepositoryPaths.Project, "ConfigurationSchema.json");

    /// <summary>Log levels are defined by the editor's own schema of appsettings.json, of which ours becomes a part.</summary>
    private static readonly Lazy<string> Complete = new(() =>
    {
        var schema = JsonNode.Parse(System.IO.File.ReadAllText(File))!;
        schema["definitions"]!["logLevelThreshold"] = new JsonObject { ["type"] = "string" };
        schema["$schema"] = "http://json-schema.org/draft-07/schema#";
        return schema.ToJsonString();
    });

    public static TheoryData<string> GoodSamples => Samples("good");

    public static TheoryData<string> BadSamples => Samples("bad");

    /// <summary>To write the file anew after a change of the settings: ALTERNATOR_WRITE_SCHEMA=1 dotnet test --filter The_schema_is_what</summary>
    [Fact]
    public void The_schema_is_what_the_settings_are()
    {
        var expected = SchemaWriter.Write(LogCategories.All);
        if (Environment.GetEnvironmentVariable("ALTERNATOR_WRITE_SCHEMA") == "1")
        {
            System.IO.File.WriteAllText(File, expected);
        }

        Assert.Equal(expected, System.IO.File.ReadAllText(File));
    }

    [Theory]
    [MemberData(nameof(GoodSamples))]
    public async Task A_good_sample_is_accepted(string sample)
    {
        var schema = await JsonSchema.FromJsonAsync(Complete.Value);

        Assert.Empty(schema.Validate(Read(sample)["json"]!.ToJsonString()));
    }

    [Theory]
    [MemberData(nameof(BadSamples))]
    public async Task A_bad_sample_is_refused_at_the_place_that_is_wrong(string sample)
    {
        var schema = await JsonSchema.FromJsonAsync(Complete.Value);

        var errors = schema.Validate(Read(sample)["json"]!.ToJsonString());

        Assert.Contains(Read(sample)["at"]!.GetValue<string>(), errors.Select(error => error.Path));
    }

    [PythonJsonSchemaFact]
    public void Another_validator_of_draft_7_agrees_on_every_sample()
    {
        var all = new JsonArray([.. Directory.EnumerateFiles(Folder, "*.json").Order().Select(path => new JsonObject
        {
            ["name"] = Path.GetFileName(path),
            ["json"] = JsonNode.Parse(System.IO.File.ReadAllText(path))!["json"]!.DeepClone(),
        })]);
        var input = new JsonObject { ["schema"] = JsonNode.Parse(Complete.Value), ["samples"] = all };
        const string Program = """
            import json, sys, jsonschema
            data = json.load(sys.stdin)
            jsonschema.Draft7Validator.check_schema(data["schema"])
            validator = jsonschema.Draft7Validator(data["schema"])
            print(json.dumps({s["name"]: validator.is_valid(s["json"]) for s in data["samples"]}))
            """;

        var verdicts = JsonNode.Parse(PythonJsonSchemaFactAttribute.Run(Program, input.ToJsonString()))!.AsObject();

        Assert.NotEmpty(verdicts);
        Assert.All(verdicts, verdict => Assert.Equal(verdict.Key.StartsWith("good", StringComparison.Ordinal), verdict.Value!.GetValue<bool>()));
    }

    private static string Folder => Path.Combine(RepositoryPaths.Root, "tests", "Alternator.Aspire.Client.Tests", "Schema", "Samples");

    private static TheoryData<string> Samples(string kind) =>
        [.. Directory.EnumerateFiles(Folder, kind + "-*.json").Select(path => Path.GetFileName(path)).Order()];

    private static JsonObject Read(string sample) => JsonNode.Parse(System.IO.File.ReadAllText(Path.Combine(Folder, sample)))!.AsObject();
}
