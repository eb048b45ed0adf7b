namespace Alternator.Dns;

/// <summary>How many nodes an answer names.</summary>
public enum DnsAnswers
{
    /// <summary>One node, chosen at random for each query.</summary>
    One,

    /// <summary>Every live node, in an order that begins at another node for each query.</summary>
    All,
}
