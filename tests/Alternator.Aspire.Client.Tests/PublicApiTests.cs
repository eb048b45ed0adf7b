using Microsoft.Extensions.Hosting;

namespace Alternator.Aspire.Client.Tests;

public sealed class PublicApiTests
{
    [Fact]
    public void The_settings_type_is_sealed() => Assert.True(typeof(AlternatorClientSettings).IsSealed);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Registering_without_a_builder_names_the_parameter(bool keyed)
    {
        IHostApplicationBuilder builder = null!;

        var exception = Assert.Throws<ArgumentNullException>(() => Register(builder, "alternator", keyed));

        Assert.Equal("builder", exception.ParamName);
    }

    [Theory]
    [InlineData(false, "connectionName")]
    [InlineData(true, "name")]
    public void Registering_without_a_name_names_the_parameter(bool keyed, string parameter)
    {
        var builder = TestHost.Builder();

        Assert.Equal(parameter, Assert.Throws<ArgumentNullException>(() => Register(builder, null!, keyed)).ParamName);
        Assert.Equal(parameter, Assert.Throws<ArgumentException>(() => Register(builder, "", keyed)).ParamName);
    }

    private static void Register(IHostApplicationBuilder builder, string name, bool keyed)
    {
        if (keyed)
        {
            builder.AddKeyedAlternatorClient(name);
        }
        else
        {
            builder.AddAlternatorClient(name);
        }
    }
}
