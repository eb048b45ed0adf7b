namespace Alternator.Client;

/// <summary>What <see cref="AlternatorNodes.StartAsync"/> does about the first list of nodes.</summary>
public enum StartPolicy
{
    /// <summary>Returns at once; the list is fetched in the background.</summary>
    DontWait,

    /// <summary>Waits until the first refresh has ended, whether it found nodes or not.</summary>
    WaitForFirst,

    /// <summary>Waits for the first refresh and throws when it found no node of the routing scope.</summary>
    Require,
}
