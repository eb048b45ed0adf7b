using System.Buffers;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace Alternator.Client;

/// <summary>
/// Whether a write leaves the same data and gives the same answer when it is executed twice. Errs on the side of no: an
/// UpdateExpression counts only when it does nothing but set top-level or nested attributes to given values and remove attributes.
/// </summary>
internal static class Repeatable
{
    private static readonly SearchValues<char> Suspicious = SearchValues.Create("[]()+-");
    private static readonly SearchValues<char> Separators = SearchValues.Create(" \t\r\n,=");

    public static bool IsRepeatable(PutItemRequest put) =>
        string.IsNullOrEmpty(put.ConditionExpression) && put.Expected is null or { Count: 0 } && ReturnsNothing(put.ReturnValues);

    public static bool IsRepeatable(DeleteItemRequest delete) =>
        string.IsNullOrEmpty(delete.ConditionExpression) && delete.Expected is null or { Count: 0 } && ReturnsNothing(delete.ReturnValues);

    public static bool IsRepeatable(UpdateItemRequest update)
    {
        if (!string.IsNullOrEmpty(update.ConditionExpression) || update.Expected is { Count: > 0 })
            return false;
        if (!ReturnsNothing(update.ReturnValues) && update.ReturnValues != ReturnValue.ALL_NEW && update.ReturnValues != ReturnValue.UPDATED_NEW)
            return false;
        if (update.AttributeUpdates is { Count: > 0 } changes)
        {
            foreach (AttributeValueUpdate change in changes.Values)
            {
                if (change?.Action is { } action && action != AttributeAction.PUT && !(action == AttributeAction.DELETE && change.Value is null))
                    return false;
            }
        }
        return string.IsNullOrEmpty(update.UpdateExpression) || SetsAndRemovesOnly(update.UpdateExpression);
    }

    private static bool ReturnsNothing(ReturnValue? returned) => returned is null || returned.Value is null or "" || returned == ReturnValue.NONE;

    /// <summary>Whether every clause is <c>SET path = :value, …</c> or <c>REMOVE path, …</c> and no path has an index: an index
    /// names another element the second time.</summary>
    internal static bool SetsAndRemovesOnly(ReadOnlySpan<char> expression)
    {
        if (expression.IndexOfAny(Suspicious) >= 0)
            return false;
        bool afterEquals = false;
        while (NextToken(ref expression, out ReadOnlySpan<char> token))
        {
            if (afterEquals && token[0] != ':')
                return false;
            afterEquals = token is "=";
            if (token.Equals("ADD", StringComparison.OrdinalIgnoreCase) || token.Equals("DELETE", StringComparison.OrdinalIgnoreCase))
                return false;
        }
        return !afterEquals;
    }

    private static bool NextToken(ref ReadOnlySpan<char> rest, out ReadOnlySpan<char> token)
    {
        rest = rest.TrimStart(" \t\r\n,");
        int length = rest.IndexOfAny(Separators);
        length = length < 0 ? rest.Length : Math.Max(1, length);
        token = rest[..length];
        rest = rest[length..];
        return token.Length > 0;
    }
}
