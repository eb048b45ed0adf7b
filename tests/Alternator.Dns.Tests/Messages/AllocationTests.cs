using Alternator.Dns.Messages;
using Alternator.Dns.Tests.Support;
using Alternator.Dns.Zones;

namespace Alternator.Dns.Tests.Messages;

public class AllocationTests
{
    [Theory]
    [InlineData("alternator.local", 1)]
    [InlineData("ALTERNATOR.local", 28)]
    [InlineData("alternator.local", 33)]
    [InlineData("nobody.alternator.local", 1)]
    [InlineData("example.org", 1)]
    [InlineData("alternator.local", 255)]
    public void Answering_a_query_allocates_nothing(string name, ushort type)
    {
        var zone = new TestZone { Settings = new ZoneSettings { Names = [DomainName.Parse("alternator.local")], Answers = DnsAnswers.All } };
        byte[] query = TestQuery.Build(name, type, ednsSize: 1232);
        for (int i = 0; i < 200; i++)
            zone.Respond(query);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            zone.Respond(query);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
