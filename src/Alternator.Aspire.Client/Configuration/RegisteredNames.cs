using Microsoft.Extensions.Hosting;

namespace Alternator.Aspire.Client.Configuration;

/// <summary>The names of all clients registered in one builder: their sections stand among the settings of the common section.</summary>
internal static class RegisteredNames
{
    public static HashSet<string> Of(IHostApplicationBuilder builder)
    {
        if (!builder.Properties.TryGetValue(typeof(RegisteredNames), out var names))
        {
            builder.Properties[typeof(RegisteredNames)] = names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        }

        return (HashSet<string>)names;
    }
}
