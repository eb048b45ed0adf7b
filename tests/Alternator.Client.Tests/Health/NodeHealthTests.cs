namespace Alternator.Client.Tests;

public sealed class NodeHealthTests
{
    private readonly NodeHealthOptions _options = new();
    private NodeHealth _health = null!;

    [Fact]
    public void A_new_node_is_quarantined_and_one_successful_probe_makes_it_active()
    {
        Make();
        Assert.Equal(NodeState.Quarantined, _health.State);
        Assert.True(_health.ProbeSucceeded());
        Assert.Equal(NodeState.Active, _health.State);
    }

    [Fact]
    public void Ten_successful_requests_in_a_row_make_a_quarantined_node_active()
    {
        Make();
        Repeat(9, () => Assert.False(_health.RequestSucceeded(0)));
        _health.RequestFailed(0);
        Repeat(9, () => Assert.False(_health.RequestSucceeded(0)));
        Assert.True(_health.RequestSucceeded(0));
        Assert.Equal(NodeState.Active, _health.State);
    }

    [Fact]
    public void Three_failed_requests_in_a_row_take_a_quarantined_node_down()
    {
        Make();
        Repeat(2, () => Assert.False(_health.RequestFailed(0)));
        _health.RequestSucceeded(0);
        Repeat(2, () => Assert.False(_health.RequestFailed(0)));
        Assert.True(_health.RequestFailed(0));
        Assert.Equal(NodeState.Down, _health.State);
    }

    [Fact]
    public void Ten_failed_requests_in_a_row_take_an_active_node_down_and_one_success_between_starts_over()
    {
        Make(NodeState.Active);
        Repeat(9, () => Assert.False(_health.RequestFailed(0)));
        _health.RequestSucceeded(0);
        Assert.Equal(0, _health.Failures);
        Repeat(9, () => Assert.False(_health.RequestFailed(0)));
        Assert.True(_health.RequestFailed(0));
        Assert.Equal(NodeState.Down, _health.State);
        Assert.Equal(10, _health.Failures);
    }

    [Fact]
    public void A_down_node_comes_back_by_three_probes_in_a_row_and_only_to_quarantined()
    {
        Make(NodeState.Down);
        Repeat(2, () => Assert.False(_health.ProbeSucceeded()));
        _health.ProbeFailed();
        Repeat(2, () => Assert.False(_health.ProbeSucceeded()));
        Assert.True(_health.ProbeSucceeded());
        Assert.Equal(NodeState.Quarantined, _health.State);
        Assert.Equal(0, _health.Failures);
    }

    [Fact]
    public void A_result_of_an_earlier_life_is_dropped()
    {
        Make(NodeState.Down);
        int earlier = _health.Generation - 1;
        Repeat(3, () => _health.ProbeSucceeded());
        Assert.Equal(NodeState.Quarantined, _health.State);
        Repeat(20, () => Assert.False(_health.RequestSucceeded(earlier)));
        Repeat(20, () => Assert.False(_health.RequestFailed(earlier)));
        Assert.False(_health.Unresponsive(earlier));
        Assert.Equal(NodeState.Quarantined, _health.State);
    }

    [Fact]
    public void Results_of_requests_do_not_touch_a_down_node()
    {
        Make(NodeState.Down);
        Repeat(20, () => Assert.False(_health.RequestSucceeded(_health.Generation)));
        Assert.Equal(NodeState.Down, _health.State);
    }

    [Fact]
    public void A_failed_probe_alone_changes_nothing()
    {
        Make(NodeState.Active);
        Repeat(50, () => Assert.False(_health.ProbeFailed()));
        Assert.Equal((NodeState.Active, 0), (_health.State, _health.Failures));
    }

    [Fact]
    public void Thresholds_are_options_and_at_least_one()
    {
        _options.ActiveFailuresToDown = 2;
        _options.ProbeSuccessesToQuarantined = 0;
        _options.QuarantineSuccessesToActive = 1;
        _options.QuarantineFailuresToDown = 1;
        Make();
        Assert.True(_health.RequestSucceeded(0));
        Assert.False(_health.RequestFailed(0));
        Assert.True(_health.RequestFailed(0));
        Assert.True(_health.ProbeSucceeded());
        Assert.True(_health.RequestFailed(_health.Generation));
        Assert.Equal(NodeState.Down, _health.State);
    }

    [Fact]
    public void Switched_off_every_node_counts_as_active_for_ever()
    {
        _options.Enabled = false;
        Make();
        Repeat(50, () => Assert.False(_health.RequestFailed(0)));
        Assert.False(_health.Unresponsive(0));
        Assert.Equal(NodeState.Active, _health.State);
    }

    private void Make(NodeState state = NodeState.Quarantined)
    {
        _health = new NodeHealth(_options.Copy());
        if (state != NodeState.Quarantined)
        {
            _health.ProbeSucceeded();
        }
        if (state == NodeState.Down)
        {
            _health.Unresponsive(_health.Generation);
        }
    }

    private static void Repeat(int times, Action action)
    {
        for (int i = 0; i < times; i++)
        {
            action();
        }
    }
}
