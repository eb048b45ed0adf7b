namespace Alternator.Client;

/// <summary>How a probe of a node ended.</summary>
internal enum ProbeOutcome
{
    /// <summary>With a list of nodes.</summary>
    Answered,

    /// <summary>With an answer that is none: another status, or no list. The node is alive, though not well.</summary>
    AnsweredWrongly,

    /// <summary>The node can't be reached or broke the connection.</summary>
    Refused,

    /// <summary>The node left the probe unanswered.</summary>
    Unanswered,

    /// <summary>Whoever asked no longer wants to know. Says nothing about the node.</summary>
    Cancelled,
}
