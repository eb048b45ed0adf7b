using System.Net;
using System.Text;
using Amazon.DynamoDBv2;
using Amazon.Runtime;

namespace Alternator.Client;

/// <summary>
/// No node could serve the request. The message names every node once, with what came of the attempts there and how often; <see cref="Attempts"/>
/// has them one by one. An <see cref="AmazonDynamoDBException"/>, so that policies and filters which know AWS exceptions see it.
/// </summary>
public class AlternatorUnavailableException : AmazonDynamoDBException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">The last failure, when there was one.</param>
    public AlternatorUnavailableException(string message, Exception? innerException = null)
        : base(message, innerException, ErrorType.Unknown, "AlternatorUnavailable", requestId: null, HttpStatusCode.ServiceUnavailable)
    {
    }

    internal AlternatorUnavailableException(string what, IReadOnlyList<FailedAttempt> attempts, IEnumerable<AlternatorNode> untried)
        : this(Describe(what, attempts, untried), attempts.Count > 0 ? attempts[^1].Exception : null) => Attempts = attempts;

    /// <summary>Every attempt that failed, in the order of their ends; none when there was no node to try.</summary>
    public IReadOnlyList<FailedAttempt> Attempts { get; } = [];

    private static string Describe(string what, IReadOnlyList<FailedAttempt> attempts, IEnumerable<AlternatorNode> untried)
    {
        var message = new StringBuilder(what);
        foreach (IGrouping<AlternatorNode, FailedAttempt> node in attempts.GroupBy(static attempt => attempt.Node))
        {
            IEnumerable<string> causes = node
                .GroupBy(static attempt => attempt.Exception.Message.TrimEnd('.'))
                .Select(static cause => cause.Count() == 1 ? cause.Key : $"{cause.Key} ({cause.Count()} times)");
            message.Append($" {node.Key.CanonicalEndpoint}: {string.Join("; ", causes)}.");
        }
        foreach (AlternatorNode node in untried)
        {
            string state = node.State switch { NodeState.Active => "active", NodeState.Quarantined => "quarantined", _ => "down" };
            message.Append($" {node.CanonicalEndpoint}: not tried, {state}{(node.LastError is { } error ? $" ({error.TrimEnd('.')})" : "")}.");
        }
        return message.ToString();
    }
}
