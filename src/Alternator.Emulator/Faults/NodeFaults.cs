using Alternator.Emulator.Protocol;

namespace Alternator.Emulator;

/// <summary>
/// What is wrong with a node. Faults are about reaching a node, never about its data: all nodes share one store.
/// They can be combined; a new connection and every request looks at the value that is current when it arrives.
/// Order of effect on a request: paused or black-holed (nothing is executed), reset, error, executed, slow, broken answer.
/// </summary>
public sealed record NodeFaults
{
    /// <summary>A healthy node.</summary>
    public static NodeFaults None { get; } = new();

    /// <summary>Accepts connections and answers nothing until it is resumed, as a process under SIGSTOP; held requests are then served.</summary>
    public bool Paused { get; init; }

    /// <summary>Accepts and reads, never answers; what it swallowed is not executed, and its connection is reset when the fault ends.</summary>
    public bool BlackHole { get; init; }

    /// <summary>Serves, but no node lists it under <c>/localnodes</c>.</summary>
    public bool Hidden { get; init; }

    /// <summary>Answers come late.</summary>
    public SlowAnswers? Slow { get; init; }

    /// <summary>A share of the API requests is answered with an error.</summary>
    public ErrorAnswers? Errors { get; init; }

    /// <summary>A share of the requests ends in a connection reset.</summary>
    public ConnectionResets? Resets { get; init; }

    /// <summary>A share of the answers is not what the protocol asks for.</summary>
    public BrokenAnswers? Broken { get; init; }

    /// <summary>The faults' names, comma separated, as the control endpoint shows them; empty for a healthy node.</summary>
    public override string ToString()
    {
        if (this == None) return "";
        var names = new List<string>(4);
        if (Paused) names.Add("pause");
        if (BlackHole) names.Add("blackhole");
        if (Slow is not null) names.Add("slow");
        if (Errors is not null) names.Add("errors");
        if (Resets is not null) names.Add("reset");
        if (Broken is { } broken) names.Add(broken.Form == BrokenForm.Truncated ? "truncate" : "garbage");
        if (Hidden) names.Add("hide");
        return string.Join(',', names);
    }
}

/// <summary>How late answers come: <paramref name="Delay"/> plus something between zero and <paramref name="Jitter"/>.</summary>
/// <param name="Delay">Added to every affected answer. The operation itself is executed at once.</param>
/// <param name="Jitter">Upper end of the uniformly distributed addition.</param>
/// <param name="Share">Share of the answers that are late, 0 to 1.</param>
public sealed record SlowAnswers(TimeSpan Delay, TimeSpan Jitter = default, double Share = 1);

/// <summary>The error that a failing node answers.</summary>
public enum NodeError
{
    /// <summary>HTTP 500 InternalServerError, as after a timeout between nodes.</summary>
    InternalServerError,

    /// <summary>HTTP 400 RequestLimitExceeded, as a node that sheds load answers.</summary>
    Overload,
}

/// <summary>API requests that are answered with an error.</summary>
/// <param name="Kind">The error.</param>
/// <param name="Share">Share of the API requests concerned, 0 to 1.</param>
/// <param name="Executed">The operation is executed first, so that its outcome is unknown to the client, as after a timed-out write.</param>
public sealed record ErrorAnswers(NodeError Kind = NodeError.InternalServerError, double Share = 1, bool Executed = false)
{
    /// <summary>The only operation concerned, by its name in the API, for example <c>PutItem</c>; null (the default) concerns all.</summary>
    /// <exception cref="ArgumentException">There is no such operation.</exception>
    public string? Operation
    {
        get;
        init => field = value is null || OperationNames.Knows(value) ? value
            : throw new ArgumentException($"There is no operation '{value}' that the emulator answers; names are as in the API, for example PutItem.", nameof(Operation));
    }

    /// <summary>The fault ends after that many errors, 1 or more; null (the default) lets it last.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int? Times
    {
        get;
        init => field = value is null or >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Times), value, "A fault is given once or more often.");
    }
}

/// <summary>Where in an answer a connection is reset.</summary>
public enum ResetPoint
{
    /// <summary>When the request has arrived; it is not executed.</summary>
    BeforeAnswer,

    /// <summary>In the middle of the body; the request was executed.</summary>
    MidAnswer,
}

/// <summary>Requests that end in a connection reset.</summary>
/// <param name="At">Before or within the answer.</param>
/// <param name="Share">Share of the requests concerned, 0 to 1.</param>
public sealed record ConnectionResets(ResetPoint At = ResetPoint.BeforeAnswer, double Share = 1);

/// <summary>What stands in place of a proper answer.</summary>
public enum BrokenForm
{
    /// <summary>The body ends in the middle and the connection is closed in order.</summary>
    Truncated,

    /// <summary>An HTML page with status 200, as a proxy or captive portal sends it.</summary>
    Html,

    /// <summary>Random bytes with status 200 and the usual content type.</summary>
    RandomBytes,

    /// <summary>Bytes that are not HTTP at all.</summary>
    NotHttp,

    /// <summary>Header lines without end.</summary>
    EndlessHeaders,

    /// <summary>An empty JSON array with status 200; from <c>/localnodes</c> it means "no nodes".</summary>
    EmptyList,

    /// <summary>From <c>/localnodes</c>: host ids in place of addresses, as an old release gives them for a node without a known address.</summary>
    HostIds,
}

/// <summary>Which requests a fault concerns.</summary>
[Flags]
public enum RequestKinds
{
    /// <summary><c>POST /</c>.</summary>
    Api = 1,

    /// <summary><c>GET /localnodes</c>.</summary>
    LocalNodes = 2,

    /// <summary><c>GET /</c>.</summary>
    Health = 4,

    /// <summary>All of them.</summary>
    All = Api | LocalNodes | Health,
}

/// <summary>Answers that are not what the protocol asks for. Requests are executed.</summary>
/// <param name="Form">What is sent.</param>
/// <param name="Share">Share of the answers concerned, 0 to 1.</param>
/// <param name="On">The requests concerned.</param>
public sealed record BrokenAnswers(BrokenForm Form, double Share = 1, RequestKinds On = RequestKinds.All);
