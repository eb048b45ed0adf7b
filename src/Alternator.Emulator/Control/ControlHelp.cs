namespace Alternator.Emulator.Control;

/// <summary>What <c>GET /</c> of the control endpoint says.</summary>
internal static class ControlHelp
{
    public const string Text = """
        Control endpoint of an Alternator emulator (not ScyllaDB)

        GET    /nodes                       the nodes with state, faults and counters
        POST   /nodes                       adds a node        ?datacenter=dc1&rack=rack1&joining=2s
        DELETE /nodes/NAME                  removes a node     ?drain=false resets what is open
        POST   /nodes/NAME/stop             refuses connections, resets open ones
        POST   /nodes/NAME/start            listens again
        POST   /nodes/NAME/pause            accepts, answers when resumed
        POST   /nodes/NAME/resume
        POST   /nodes/NAME/blackhole        accepts, reads, never answers
        POST   /nodes/NAME/slow             ?delay=300ms&jitter=100ms&share=0.5
        POST   /nodes/NAME/errors           ?kind=500|overload&share=0.5&executed=true&operation=PutItem&times=2
        POST   /nodes/NAME/reset            ?at=before|middle&share=0.5
        POST   /nodes/NAME/truncate         ?on=all|api|localnodes|health&share=0.5
        POST   /nodes/NAME/garbage          ?form=html|bytes|nothttp|headers|empty|hostids|truncated&on=…&share=…
        POST   /nodes/NAME/hide             serves, not listed by /localnodes
        POST   /nodes/NAME/skew             ?by=20m&back=true: the clock that judges signatures
        POST   /nodes/NAME/revive           ends all faults
        POST   /partition?nodes=node1,node2 cuts these off from the others
        POST   /heal                        ends partitions
        POST   /revive                      ends everything

        """;
}
