namespace Alternator.Client;

/// <summary>Which writes of one item always begin at the same node, so that its lightweight transactions don't contend.</summary>
public enum AffinityMode
{
    /// <summary>None. The default.</summary>
    None,

    /// <summary>Writes that the cluster may have to read for first: conditions, update expressions, returned old values. The rule of the
    /// clients of all languages, which therefore agree on the node of such a write.</summary>
    ReadModifyWrite,

    /// <summary>Every write of an item, and batches of writes. For tables whose write isolation is <c>always_use_lwt</c>.</summary>
    AnyWrite,

    /// <summary>
    /// Only writes that the cluster does read for first, by its own rule: unlike with <see cref="ReadModifyWrite"/>, an update that just
    /// assigns or removes whole attributes goes to any node. For tables whose write isolation is <c>only_rmw_uses_lwt</c>. It agrees
    /// with the other modes, and with clients of other languages, on the node of every write that it covers.
    /// </summary>
    ReadBeforeWrite,
}
