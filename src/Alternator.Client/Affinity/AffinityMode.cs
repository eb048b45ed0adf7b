namespace Alternator.Client;

/// <summary>Which writes of one item always begin at the same node, so that its lightweight transactions don't contend.</summary>
public enum AffinityMode
{
    /// <summary>None. The default.</summary>
    None,

    /// <summary>Writes that the cluster may have to read for first: conditions, update expressions, returned old values.</summary>
    ReadModifyWrite,

    /// <summary>Every write of an item, and batches of writes. For tables whose write isolation is <c>always_use_lwt</c>.</summary>
    AnyWrite,
}
