using System.Diagnostics.Metrics;

namespace Alternator.Client.Tests;

/// <summary>What every meter of the process measures while this lives.</summary>
internal sealed class Measurements : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly List<Measured> _all = [];

    public Measurements(string? meter = AlternatorTelemetry.MeterName)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (meter is null || instrument.Meter.Name == meter)
            {
                lock (_all)
                {
                    Instruments.Add(instrument);
                }
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    public List<Instrument> Instruments { get; } = [];

    public IReadOnlyList<Measured> All
    {
        get
        {
            lock (_all)
            {
                return [.. _all];
            }
        }
    }

    public IReadOnlyList<Measured> Of(string instrument) => [.. All.Where(measured => measured.Instrument.Name == instrument)];

    public void Observe() => _listener.RecordObservableInstruments();

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_all)
        {
            _all.Add(new Measured(instrument, value, new Dictionary<string, object?>(tags.ToArray())));
        }
    }

    internal sealed record Measured(Instrument Instrument, double Value, Dictionary<string, object?> Tags)
    {
        public string? Tag(string name) => Tags.GetValueOrDefault(name)?.ToString();
    }
}
