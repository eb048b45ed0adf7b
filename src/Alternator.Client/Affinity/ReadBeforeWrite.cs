using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace Alternator.Client;

/// <summary>
/// Whether the cluster reads an item before it writes it, as ScyllaDB decides it (<c>needs_read_before_write</c> in alternator/executor.cc):
/// a condition, a returned old value, or an update that depends on what is stored. Said of a request alone: a cluster with
/// <c>alternator_force_read_before_write</c> reads for deletions too.
/// </summary>
internal static class ReadBeforeWrite
{
    public static bool Of(PutItemRequest request) =>
        !string.IsNullOrEmpty(request.ConditionExpression) || request.Expected is not null || request.ReturnValues?.Value is "ALL_OLD";

    public static bool Of(DeleteItemRequest request) =>
        !string.IsNullOrEmpty(request.ConditionExpression) || request.Expected is not null || request.ReturnValues?.Value is "ALL_OLD";

    public static bool Of(UpdateItemRequest request)
    {
        if (!string.IsNullOrEmpty(request.ConditionExpression) || request.Expected is not null
            || request.ReturnValues?.Value is not (null or "" or "NONE" or "UPDATED_NEW"))
        {
            return true;
        }
        foreach ((_, AttributeValueUpdate update) in request.AttributeUpdates ?? [])
        {
            if (update?.Action == AttributeAction.ADD || (update?.Action == AttributeAction.DELETE && update.Value is not null))
            {
                return true;
            }
        }
        return OfExpression(request.UpdateExpression);
    }

    /// <summary>
    /// Whether an update expression depends on the stored item. It does with <c>ADD</c> and <c>DELETE</c>, with a path into an attribute on
    /// either side (<c>a.b</c>, <c>a[0]</c>: the whole attribute is written back), and with an attribute among what is assigned. It doesn't
    /// where <c>SET</c> assigns values of the request to whole attributes and <c>REMOVE</c> removes them. What isn't understood depends.
    /// </summary>
    internal static bool OfExpression(ReadOnlySpan<char> expression)
    {
        if (expression.ContainsAny('.', '['))
        {
            return true;
        }
        bool assigned = false;
        int depth = 0;
        while (!(expression = expression.TrimStart()).IsEmpty)
        {
            int length = WordLength(expression);
            ReadOnlySpan<char> word = expression[..Math.Max(1, length)];
            expression = expression[word.Length..];
            if (length > 0)
            {
                bool isCall = expression.TrimStart().StartsWith('(');
                if (Is(word, "ADD") || Is(word, "DELETE"))
                {
                    return true;
                }
                if (Is(word, "SET") || Is(word, "REMOVE"))
                {
                    assigned = false;
                }
                else if (assigned && word[0] != ':' && !isCall)
                {
                    return true;
                }
            }
            else
            {
                switch (word[0])
                {
                    case '=':
                        assigned = true;
                        break;
                    case '(':
                        depth++;
                        break;
                    case ')':
                        depth--;
                        break;
                    case ',' when depth == 0:
                        assigned = false;
                        break;
                    case not (',' or '+' or '-'):
                        return true;
                }
            }
        }
        return false;
    }

    private static int WordLength(ReadOnlySpan<char> text)
    {
        int length = text[0] is ':' or '#' ? 1 : 0;
        while (length < text.Length && (char.IsAsciiLetterOrDigit(text[length]) || text[length] == '_'))
        {
            length++;
        }
        return length;
    }

    private static bool Is(ReadOnlySpan<char> word, string keyword) => word.Equals(keyword, StringComparison.OrdinalIgnoreCase);
}
