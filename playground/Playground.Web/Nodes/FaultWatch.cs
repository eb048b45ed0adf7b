namespace Playground.Web.Nodes;

/// <summary>
/// Writes down what is done to the emulated nodes, by whomever: on this page, on a page that another replica serves, in Aspire's dashboard.
/// So it compares what the emulator tells instead of noting what was asked for here.
/// </summary>
public sealed class FaultWatch(EmulatorControl control, Events events, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // One look after another: an older answer must not be compared with a newer one.
    private readonly SemaphoreSlim _looking = new(1);
    private readonly Dictionary<string, string> _known = [];

    /// <summary>The nodes as they are now; what changed since the last look is written down.</summary>
    public async Task<IReadOnlyList<EmulatedNode>> LookAsync(CancellationToken cancellationToken)
    {
        await _looking.WaitAsync(cancellationToken);
        try
        {
            var nodes = await control.NodesAsync(cancellationToken);
            foreach (var node in nodes)
            {
                if (_known.TryGetValue(node.Name, out var before) && before != node.Condition)
                    Tell(node);
                _known[node.Name] = node.Condition;
            }
            return nodes;
        }
        finally
        {
            _looking.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!control.IsPresent)
            return;
        using var timer = new PeriodicTimer(Interval, time);
        do
            await LookAsync(stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    public override void Dispose()
    {
        _looking.Dispose();
        base.Dispose();
    }

    private void Tell(EmulatedNode node)
    {
        var (text, mark) = node.Condition switch
        {
            "stopped" => ("was stopped: it refuses connections", "stop"),
            "slow" => ("was slowed: it answers later", "slow"),
            "blackhole" => ("became a black hole: it accepts requests and never answers", "black hole"),
            "up" => ("was revived", "revive"),
            var other => ($"is now: {other}", other),
        };
        events.Add($"{node.Name} {text}", $"{mark} {node.Name}");
    }
}
