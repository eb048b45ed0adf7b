namespace Alternator.Emulator.Tests.Readme;

public sealed class ReadmeTests
{
    [Fact]
    public void The_example_of_the_package_README_is_the_one_that_is_compiled_and_run_here()
    {
        string readme = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Readme", "README.md")).ReplaceLineEndings("\n");
        string example = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Readme", "OrderTests.cs")).ReplaceLineEndings("\n");
        Assert.Contains("```csharp\n" + example + "```", readme, StringComparison.Ordinal);
    }
}
