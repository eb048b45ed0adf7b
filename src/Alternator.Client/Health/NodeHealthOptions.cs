namespace Alternator.Client;

/// <summary>
/// When a node counts as active, quarantined or down. The thresholds and their defaults are those that the official clients of
/// Alternator share; a threshold below one counts as one.
/// </summary>
public sealed class NodeHealthOptions
{
    /// <summary>Whether health is tracked at all. When not, every node counts as active and nothing is probed. Default: true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Failures in a row after which an active node is down. Default: 10.</summary>
    public int ActiveFailuresToDown { get; set; } = 10;

    /// <summary>Successful probes in a row after which a down node is quarantined. Default: 3.</summary>
    public int ProbeSuccessesToQuarantined { get; set; } = 3;

    /// <summary>Successful requests in a row after which a quarantined node is active. Default: 10.</summary>
    public int QuarantineSuccessesToActive { get; set; } = 10;

    /// <summary>Failed requests in a row after which a quarantined node is down. Default: 3.</summary>
    public int QuarantineFailuresToDown { get; set; } = 3;

    /// <summary>
    /// The longest time between two probes of a node that is down or quarantined. Default: 30 s. A node that has just gone down,
    /// or that answers its probes again, is probed sooner: after one second, doubling up to this period.
    /// </summary>
    public TimeSpan ProbePeriod { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long an active node may go without answering anything before it is probed too; a failed probe then counts as a failed request.
    /// Zero, the default, leaves active nodes alone, since requests tell how they are. For a process that sends no requests, such as a DNS server.
    /// </summary>
    public TimeSpan ActiveProbeInterval { get; set; }

    /// <summary>Probes in flight at the same time, 1 to 64. Default: 4.</summary>
    public int ProbeConcurrency { get; set; } = 4;

    /// <summary>How long a probe may take. Default: 5 s.</summary>
    public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a node that has failed a request or left it unanswered may take for the probes that are sent to tell what is the matter with it.
    /// When a probe isn't answered in time either, the node is down at once; one that is refused counts like a failed request, and another
    /// follows after 100 ms, until the node answers or is down. Default: 1 s. Zero switches these probes off.
    /// </summary>
    public TimeSpan SuspicionTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The share of requests that try a quarantined node first while active ones exist, from 0 to 1. Default: 0.1. Only requests
    /// that can be repeated without harm are used.
    /// </summary>
    public double QuarantineSampling { get; set; } = 0.1;

    /// <summary>
    /// Whether a request is sent to down nodes too when there is no other node left to try: because all are down, or because none
    /// of the others could answer it. When not, it fails then. Default: true.
    /// </summary>
    public bool TryDownNodes { get; set; } = true;

    /// <summary>Takes over values that are checked already. What they are used for goes on: only <see cref="Enabled"/> stays as it is.</summary>
    internal void TakeOver(NodeHealthOptions other)
    {
        ActiveFailuresToDown = other.ActiveFailuresToDown;
        ProbeSuccessesToQuarantined = other.ProbeSuccessesToQuarantined;
        QuarantineSuccessesToActive = other.QuarantineSuccessesToActive;
        QuarantineFailuresToDown = other.QuarantineFailuresToDown;
        ProbePeriod = other.ProbePeriod;
        ActiveProbeInterval = other.ActiveProbeInterval;
        ProbeConcurrency = other.ProbeConcurrency;
        ProbeTimeout = other.ProbeTimeout;
        SuspicionTimeout = other.SuspicionTimeout;
        QuarantineSampling = other.QuarantineSampling;
        TryDownNodes = other.TryDownNodes;
    }

    internal NodeHealthOptions Copy() => new()
    {
        Enabled = Enabled,
        ActiveFailuresToDown = Math.Max(1, ActiveFailuresToDown),
        ProbeSuccessesToQuarantined = Math.Max(1, ProbeSuccessesToQuarantined),
        QuarantineSuccessesToActive = Math.Max(1, QuarantineSuccessesToActive),
        QuarantineFailuresToDown = Math.Max(1, QuarantineFailuresToDown),
        ProbePeriod = Durations.Positive(ProbePeriod),
        ActiveProbeInterval = Durations.NotNegative(ActiveProbeInterval),
        ProbeConcurrency = Math.Clamp(ProbeConcurrency, 1, 64),
        ProbeTimeout = Durations.Positive(ProbeTimeout),
        SuspicionTimeout = Durations.NotNegative(SuspicionTimeout),
        QuarantineSampling = QuarantineSampling is >= 0 and <= 1
            ? QuarantineSampling
            : throw new ArgumentOutOfRangeException(nameof(QuarantineSampling), QuarantineSampling, "QuarantineSampling is a share from 0 to 1."),
        TryDownNodes = TryDownNodes,
    };
}
