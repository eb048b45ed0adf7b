namespace Alternator.Client;

/// <summary>
/// What happens to a write that can't be repeated without harm (a counter's <c>ADD</c>, a conditional write) when nobody knows
/// whether it took place: the connection broke or the time was over after it had been sent.
/// </summary>
public enum AmbiguousWrites
{
    /// <summary>It is sent again to another node: at least once, as every AWS SDK does. A counter may count twice. The default.</summary>
    Retry,

    /// <summary>The failure is given to the caller, who can look what happened: at most once.</summary>
    Surface,
}
