using System.Diagnostics;
using Amazon.Runtime;

namespace Alternator.Client;

/// <summary>
/// The span and the measurements of one operation. Default (and then does nothing) when nobody listens, which is asked once per
/// operation.
/// </summary>
internal readonly struct OperationTelemetry
{
    private const string System = "aws.dynamodb";
    private static readonly ActivitySource Source = new(AlternatorTelemetry.ActivitySourceName, typeof(OperationTelemetry).Assembly.GetName().Version?.ToString());

    private readonly bool _enabled;
    private readonly Activity? _activity;
    private readonly string _operation;
    private readonly string? _table;

    private OperationTelemetry(string operation, string? table)
    {
        _enabled = true;
        _operation = operation;
        _table = table;
        if (Source.HasListeners())
        {
            // Given at the start, so that a sampler can go by them.
            var tags = new ActivityTagsCollection { ["db.system.name"] = System, ["db.operation.name"] = operation };
            if (table is not null)
            {
                tags["db.collection.name"] = table;
            }
            _activity = Source.StartActivity(table is null ? operation : $"{operation} {table}", ActivityKind.Client, parentContext: default, tags);
        }
    }

    public static OperationTelemetry Start(in RequestTraits traits) =>
        Source.HasListeners() || ClientMetrics.OperationDuration.Enabled || ClientMetrics.AttemptDuration.Enabled
            ? new OperationTelemetry(traits.Operation, traits.Table)
            : default;

    /// <summary>An attempt has ended: well, with an exception, or abandoned because another one won.</summary>
    public void AttemptEnded(AlternatorNode node, int attempt, TimeSpan elapsed, string? error)
    {
        if (!_enabled)
        {
            return;
        }
        if (ClientMetrics.AttemptDuration.Enabled)
        {
            TagList tags = Tags(node, error);
            ClientMetrics.AttemptDuration.Record(elapsed.TotalSeconds, tags);
        }
        if (_activity is { IsAllDataRequested: true })
        {
            var tags = new ActivityTagsCollection
            {
                ["server.address"] = node.Endpoint.Host,
                ["server.port"] = node.Endpoint.Port,
                ["alternator.attempt"] = attempt,
                ["alternator.attempt.duration"] = elapsed.TotalSeconds,
            };
            if (error is not null)
            {
                tags["error.type"] = error;
            }
            _activity.AddEvent(new ActivityEvent("alternator.attempt", tags: tags));
        }
    }

    /// <summary>The operation has ended.</summary>
    /// <param name="node">The node that answered last, if any did.</param>
    /// <param name="attempts">How many attempts it took.</param>
    /// <param name="elapsed">How long it took.</param>
    /// <param name="exception">What the caller gets instead of an answer.</param>
    public void Ended(AlternatorNode? node, int attempts, TimeSpan elapsed, Exception? exception)
    {
        if (!_enabled)
        {
            return;
        }
        // Of the operation only its caller can be the one who cancelled.
        string? error = exception is null ? null : exception is OperationCanceledException ? "cancelled" : ErrorType(exception);
        var answered = exception is AlternatorUnavailableException ? null : exception as AmazonServiceException;
        if (ClientMetrics.OperationDuration.Enabled)
        {
            TagList tags = Tags(node, error);
            if (answered?.ErrorCode is { Length: > 0 } code)
            {
                tags.Add("db.response.status_code", code);
            }
            ClientMetrics.OperationDuration.Record(elapsed.TotalSeconds, tags);
        }
        if (_activity is null)
        {
            return;
        }
        if (node is not null)
        {
            _activity.SetTag("server.address", node.Endpoint.Host).SetTag("server.port", node.Endpoint.Port);
        }
        if (attempts > 1)
        {
            _activity.SetTag("alternator.attempts", attempts);
        }
        if (exception is null)
        {
            _activity.SetTag("http.response.status_code", 200);
        }
        else
        {
            if (answered is not null)
            {
                _activity.SetTag("http.response.status_code", (int)answered.StatusCode);
                _activity.SetTag("db.response.status_code", string.IsNullOrEmpty(answered.ErrorCode) ? null : answered.ErrorCode);
            }
            _activity.SetTag("error.type", error);
            _activity.SetStatus(ActivityStatusCode.Error, exception.Message);
        }
        _activity.Dispose();
    }

    /// <summary>A name for an error with few values: the AWS error code, or the exception's type.</summary>
    public static string ErrorType(Exception exception) => exception switch
    {
        AlternatorUnavailableException => "unavailable",
        AmazonServiceException { ErrorCode: { Length: > 0 } code } => code,
        OperationCanceledException => "timeout",
        AttemptException { InnerException: { } inner } => ErrorType(inner),
        HttpRequestException { HttpRequestError: not HttpRequestError.Unknown } http => ErrorName(http.HttpRequestError),
        _ => exception.GetType().FullName ?? exception.GetType().Name,
    };

    private static string ErrorName(HttpRequestError error) => error switch
    {
        HttpRequestError.NameResolutionError => "name_resolution_error",
        HttpRequestError.ConnectionError => "connection_error",
        HttpRequestError.SecureConnectionError => "secure_connection_error",
        HttpRequestError.ResponseEnded => "response_ended",
        HttpRequestError.InvalidResponse => "invalid_response",
        _ => error.ToString(),
    };

    private TagList Tags(AlternatorNode? node, string? error)
    {
        var tags = new TagList
        {
            { "db.system.name", System },
            { "db.operation.name", _operation },
        };
        if (_table is not null)
        {
            tags.Add("db.collection.name", _table);
        }
        if (node is not null)
        {
            tags.Add("server.address", node.Endpoint.Host);
            tags.Add("server.port", node.Endpoint.Port);
        }
        if (error is not null)
        {
            tags.Add("error.type", error);
        }
        return tags;
    }
}
