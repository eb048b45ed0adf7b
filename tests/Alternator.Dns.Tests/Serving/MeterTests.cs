using System.Diagnostics.Metrics;
using Alternator.Dns.Tests.Support;

namespace Alternator.Dns.Tests.Serving;

public class MeterTests
{
    [Fact]
    public async Task The_counters_are_offered_as_a_meter_too()
    {
        var seen = new Dictionary<string, double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == "Alternator.Dns")
                    self.EnableMeasurementEvents(instrument);
            },
        };
        void Add(string name, double value)
        {
            lock (seen)
                seen[name] = seen.GetValueOrDefault(name) + value;
        }

        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Add(instrument.Name, value));
        listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => Add(instrument.Name, value));
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => Add(instrument.Name, value));
        listener.Start();
        await using LiveServer server = await LiveServer.StartAsync();
        await server.AskAsync("alternator.local");

        // Other tests' servers of this process are seen as well.
        listener.RecordObservableInstruments();
        Assert.True(seen["alternator.dns.queries"] >= 1);
        Assert.True(seen["alternator.dns.responses"] >= 1);
        Assert.True(seen["alternator.dns.nodes"] >= 1);
        Assert.Contains("alternator.dns.list.age", seen.Keys);
    }
}
