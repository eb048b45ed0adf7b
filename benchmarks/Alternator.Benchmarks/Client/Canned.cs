using Amazon.DynamoDBv2.Model;

namespace Alternator.Benchmarks;

/// <summary>The item of every measurement: 8 attributes; <c>{"Item":…}</c> of it has 336 bytes.</summary>
internal static class Canned
{
    public const string Item = """{"id":{"S":"user#0000000000000042"},"sort":{"S":"profile#2026-11-22T00:00:00Z"},"name":{"S":"Anna Example-Lovelace"},"mail":{"S":"anna.lovelace@example.com"},"age":{"N":"36"},"score":{"N":"1234567.125"},"active":{"BOOL":true},"about":{"S":"Writes notes on machines that do not exist, and long ones on those that do, one each day."}}""";

    public const string Table = """{"Table":{"TableName":"users","TableStatus":"ACTIVE","TableId":"8a4f3c1e-5f0e-4c62-b4d1-95b8d0a1e0ff","TableArn":"arn:scylla:alternator:alternator_users:scylla:table/users","CreationDateTime":1700000000,"ItemCount":0,"TableSizeBytes":0,"KeySchema":[{"AttributeName":"id","KeyType":"HASH"},{"AttributeName":"sort","KeyType":"RANGE"}],"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"},{"AttributeName":"sort","AttributeType":"S"}],"BillingModeSummary":{"BillingMode":"PAY_PER_REQUEST"},"ProvisionedThroughput":{"NumberOfDecreasesToday":0,"ReadCapacityUnits":0,"WriteCapacityUnits":0}}}""";

    public static GetItemRequest Get() => new() { TableName = "users", Key = new() { ["id"] = new("user#0000000000000042"), ["sort"] = new("profile#2026-11-22T00:00:00Z") } };

    public static PutItemRequest Put() => new()
    {
        TableName = "users",
        Item = new()
        {
            ["id"] = new("user#0000000000000042"),
            ["sort"] = new("profile#2026-11-22T00:00:00Z"),
            ["name"] = new("Anna Example-Lovelace"),
            ["mail"] = new("anna.lovelace@example.com"),
            ["age"] = new() { N = "36" },
            ["score"] = new() { N = "1234567.125" },
            ["active"] = new() { BOOL = true },
            ["about"] = new("Writes notes on machines that do not exist, and long ones on those that do, one each day."),
        },
    };

    public static QueryRequest Query() => new()
    {
        TableName = "users",
        KeyConditionExpression = "id = :id",
        ExpressionAttributeValues = new() { [":id"] = new("user#0000000000000042") },
        Limit = 10,
    };
}
