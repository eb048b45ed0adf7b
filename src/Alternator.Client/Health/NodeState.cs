namespace Alternator.Client;

/// <summary>What a client thinks of a node, from the outcomes of its own requests and probes.</summary>
public enum NodeState
{
    /// <summary>New or recovering: gets a sample of the traffic, or all of it when no node is active.</summary>
    Quarantined,

    /// <summary>Answers: gets traffic.</summary>
    Active,

    /// <summary>Doesn't answer: gets probes, and traffic only when every node is down.</summary>
    Down,
}
