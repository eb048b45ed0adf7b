using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace Alternator.Client;

/// <summary>
/// Whether an update may be sent twice: the item is the same afterwards, and the answer too. Said only of what is certain:
/// <c>SET path = :value</c>, <c>REMOVE path</c> and <c>DELETE path :set</c>, without condition and without old values. Arithmetic,
/// <c>list_append</c>, <c>ADD</c>, copies of other attributes and positions in lists are not.
/// </summary>
internal static class Idempotence
{
    public static bool Of(UpdateItemRequest request)
    {
        if (!string.IsNullOrEmpty(request.ConditionExpression) || request.Expected is { Count: > 0 } || request.ReturnValues?.Value is "ALL_OLD" or "UPDATED_OLD")
        {
            return false;
        }
        foreach ((_, AttributeValueUpdate update) in request.AttributeUpdates ?? [])
        {
            if (update?.Action == AttributeAction.ADD)
            {
                return false;
            }
        }
        return OfExpression(request.UpdateExpression);
    }

    /// <summary>Whether an update expression gives the same item when it is applied twice. An empty one does.</summary>
    internal static bool OfExpression(ReadOnlySpan<char> expression)
    {
        if (expression.IndexOfAny("+-([") >= 0)
        {
            return false;
        }
        foreach (Range word in expression.SplitAny(" \t\r\n,"))
        {
            if (expression[word].Equals("ADD", StringComparison.OrdinalIgnoreCase))
            {
                return false;
            }
        }
        // What is assigned must be a value of the request, not another attribute.
        for (int at = expression.IndexOf('='); at >= 0;)
        {
            expression = expression[(at + 1)..].TrimStart();
            if (expression.IsEmpty || expression[0] != ':')
            {
                return false;
            }
            at = expression.IndexOf('=');
        }
        return true;
    }
}
