using System.Net;
using Amazon.DynamoDBv2;
using Amazon.Runtime;

namespace Alternator.Client;

/// <summary>
/// No node could serve the request. The message lists every node that was tried and what came of it. An
/// <see cref="AmazonDynamoDBException"/>, so that policies and filters which know AWS exceptions see it.
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
}
