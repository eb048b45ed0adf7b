using System.Reflection;
using Microsoft.Extensions.Logging;

namespace Alternator.Client.Tests;

public sealed class LogEventTests
{
    [Fact]
    public void Events_have_the_numbers_that_are_documented()
    {
        IEnumerable<int> events = typeof(AlternatorNodes).Assembly.GetTypes()
            .SelectMany(static type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Select(static method => method.GetCustomAttribute<LoggerMessageAttribute>())
            .Where(static attribute => attribute is not null)
            .Select(static attribute => attribute!.EventId);
        // As in docs/client.md, "Watching it": programs filter by them.
        Assert.Equal([101, 102, 103, 104, 105, 106, 107, 108, 110, 120, 130, 131], events.Order());
    }
}
