using Alternator.Emulator.Values;

namespace Alternator.Emulator.Engine;

/// <summary>A refusal, as a client sees it: error type without prefix, message and HTTP status.</summary>
internal sealed class AlternatorException(string type, string message, int statusCode = 400) : Exception(message)
{
    /// <summary>The error's name without prefix, for example <c>ValidationException</c>.</summary>
    public string Type { get; } = type;

    /// <summary>The HTTP status of the answer.</summary>
    public int StatusCode { get; } = statusCode;

    /// <summary>The item that a failed condition returns when ReturnValuesOnConditionCheckFailure is ALL_OLD.</summary>
    public Item? Item { get; init; }

    public static AlternatorException Validation(string message) => new("ValidationException", message);

    public static AlternatorException ResourceNotFound(string message) => new("ResourceNotFoundException", message);

    public static AlternatorException ResourceInUse(string message) => new("ResourceInUseException", message);

    public static AlternatorException AccessDenied(string message) => new("AccessDeniedException", message);

    public static AlternatorException LimitExceeded(string message) => new("LimitExceededException", message);

    public static AlternatorException UnknownOperation(string message) => new("UnknownOperationException", message);

    public static AlternatorException ConditionalCheckFailed(Item? item = null) =>
        new("ConditionalCheckFailedException", "The conditional request failed") { Item = item };
}
