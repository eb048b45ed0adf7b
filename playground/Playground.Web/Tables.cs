using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace Playground.Web;

/// <summary>Creating and deleting tables so that doing it twice does no harm.</summary>
public static class Tables
{
    /// <summary>True when the table was made now, false when it was there.</summary>
    public static async Task<bool> CreateIfMissingAsync(IAmazonDynamoDB dynamoDb, CreateTableRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await dynamoDb.CreateTableAsync(request, cancellationToken);
            return true;
        }
        catch (ResourceInUseException)
        {
            return false;
        }
    }

    /// <summary>True when the table was there.</summary>
    public static async Task<bool> DeleteIfThereAsync(IAmazonDynamoDB dynamoDb, string table, CancellationToken cancellationToken)
    {
        try
        {
            await dynamoDb.DeleteTableAsync(table, cancellationToken);
            return true;
        }
        catch (ResourceNotFoundException)
        {
            return false;
        }
    }
}
