using System.Text.Json;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;

namespace Alternator.Client;

/// <summary>Writes the requests of the eight item operations. A member is written when it is set, as the SDK has it.</summary>
internal static class RequestJson
{
    public static void Write(Utf8JsonWriter writer, GetItemRequest request)
    {
        writer.WriteStartObject();
        ValueWriter.WriteStrings(writer, "AttributesToGet"u8, request.AttributesToGet);
        Write(writer, "ConsistentRead"u8, request.ConsistentRead);
        WriteNames(writer, request.ExpressionAttributeNames);
        ValueWriter.WriteMap(writer, "Key"u8, request.Key);
        Write(writer, "ProjectionExpression"u8, request.ProjectionExpression);
        Write(writer, "ReturnConsumedCapacity"u8, request.ReturnConsumedCapacity);
        Write(writer, "TableName"u8, request.TableName);
        writer.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter writer, PutItemRequest request)
    {
        writer.WriteStartObject();
        WriteCondition(writer, request.ConditionExpression, request.ConditionalOperator, request.Expected);
        WriteNames(writer, request.ExpressionAttributeNames);
        ValueWriter.WriteMap(writer, "ExpressionAttributeValues"u8, request.ExpressionAttributeValues);
        ValueWriter.WriteMap(writer, "Item"u8, request.Item);
        Write(writer, "ReturnConsumedCapacity"u8, request.ReturnConsumedCapacity);
        Write(writer, "ReturnItemCollectionMetrics"u8, request.ReturnItemCollectionMetrics);
        Write(writer, "ReturnValues"u8, request.ReturnValues);
        Write(writer, "ReturnValuesOnConditionCheckFailure"u8, request.ReturnValuesOnConditionCheckFailure);
        Write(writer, "TableName"u8, request.TableName);
        writer.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter writer, UpdateItemRequest request)
    {
        writer.WriteStartObject();
        WriteUpdates(writer, request.AttributeUpdates);
        WriteCondition(writer, request.ConditionExpression, request.ConditionalOperator, request.Expected);
        WriteNames(writer, request.ExpressionAttributeNames);
        ValueWriter.WriteMap(writer, "ExpressionAttributeValues"u8, request.ExpressionAttributeValues);
        ValueWriter.WriteMap(writer, "Key"u8, request.Key);
        Write(writer, "ReturnConsumedCapacity"u8, request.ReturnConsumedCapacity);
        Write(writer, "ReturnItemCollectionMetrics"u8, request.ReturnItemCollectionMetrics);
        Write(writer, "ReturnValues"u8, request.ReturnValues);
        Write(writer, "ReturnValuesOnConditionCheckFailure"u8, request.ReturnValuesOnConditionCheckFailure);
        Write(writer, "TableName"u8, request.TableName);
        Write(writer, "UpdateExpression"u8, request.UpdateExpression);
        writer.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter writer, DeleteItemRequest request)
    {
        writer.WriteStartObject();
        WriteCondition(writer, request.ConditionExpression, request.ConditionalOperator, request.Expected);
        WriteNames(writer, request.ExpressionAttributeNames);
        ValueWriter.WriteMap(writer, "ExpressionAttributeValues"u8, request.ExpressionAttributeValues);
        ValueWriter.WriteMap(writer, "Key"u8, request.Key);
        Write(writer, "ReturnConsumedCapacity"u8, request.ReturnConsumedCapacity);
        Write(writer, "ReturnItemCollectionMetrics"u8, request.ReturnItemCollectionMetrics);
        Write(writer, "ReturnValues"u8, request.ReturnValues);
        Write(writer, "ReturnValuesOnConditionCheckFailure"u8, request.ReturnValuesOnConditionCheckFailure);
        Write(writer, "TableName"u8, request.TableName);
        writer.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter writer, QueryRequest request)
    {
        writer.WriteStartObject();
        ValueWriter.WriteStrings(writer, "AttributesToGet"u8, request.AttributesToGet);
        Write(writer, "ConditionalOperator"u8, request.ConditionalOperator);
        Write(writer, "ConsistentRead"u8, request.ConsistentRead);
        ValueWriter.WriteMap(writer, "ExclusiveStartKey"u8, request.ExclusiveStartKey);
        WriteNames(writer, request.ExpressionAttributeNames);
        ValueWriter.WriteMap(writer, "ExpressionAttributeValues"u8, request.ExpressionAttributeValues);
        Write(writer, "FilterExpression"u8, request.FilterExpression);
        Write(writer, "IndexName"u8, request.IndexName);
        Write(writer, "KeyConditionExpression"u8, request.KeyConditionExpression);
        WriteConditions(writer, "KeyConditions"u8, request.KeyConditions);
        Write(writer, "Limit"u8, request.Limit);
        Write(writer, "ProjectionExpression"u8, request.ProjectionExpression);
        WriteConditions(writer, "QueryFilter"u8, request.QueryFilter);
        Write(writer, "ReturnConsumedCapacity"u8, request.ReturnConsumedCapacity);
        Write(writer, "ScanIndexForward"u8, request.ScanIndexForward);
        Write(writer, "Select"u8, request.Select);
        Write(writer, "TableName"u8, request.TableName);
        writer.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter writer, ScanRequest request)
    {
        writer.WriteStartObject();
        ValueWriter.WriteStrings(writer, "AttributesToGet"u8, request.AttributesToGet);
        Write(writer, "ConditionalOperator"u8, request.ConditionalOperator);
        Write(writer, "ConsistentRead"u8, request.ConsistentRead);
        ValueWriter.WriteMap(writer, "ExclusiveStartKey"u8, request.ExclusiveStartKey);
        WriteNames(writer, request.ExpressionAttributeNames);
        ValueWriter.WriteMap(writer, "ExpressionAttributeValues"u8, request.ExpressionAttributeValues);
        Write(writer, "FilterExpression"u8, request.FilterExpression);
        Write(writer, "IndexName"u8, request.IndexName);
        Write(writer, "Limit"u8, request.Limit);
        Write(writer, "ProjectionExpression"u8, request.ProjectionExpression);
        Write(writer, "ReturnConsumedCapacity"u8, request.ReturnConsumedCapacity);
        WriteConditions(writer, "ScanFilter"u8, request.ScanFilter);
        Write(writer, "Segment"u8, request.Segment);
        Write(writer, "Select"u8, request.Select);
        Write(writer, "TableName"u8, request.TableName);
        Write(writer, "TotalSegments"u8, request.TotalSegments);
        writer.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter writer, BatchGetItemRequest request)
    {
        writer.WriteStartObject();
        if (request.RequestItems is { } tables)
        {
            writer.WriteStartObject("RequestItems"u8);
            foreach ((string table, KeysAndAttributes wanted) in tables)
            {
                writer.WriteStartObject(table);
                if (wanted is not null)
                    WriteWanted(writer, wanted);
                writer.WriteEndObject();
            }
            writer.WriteEndObject();
        }
        Write(writer, "ReturnConsumedCapacity"u8, request.ReturnConsumedCapacity);
        writer.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter writer, BatchWriteItemRequest request)
    {
        writer.WriteStartObject();
        if (request.RequestItems is { } tables)
        {
            writer.WriteStartObject("RequestItems"u8);
            foreach ((string table, List<WriteRequest> writes) in tables)
            {
                writer.WriteStartArray(table);
                foreach (WriteRequest write in writes)
                {
                    writer.WriteStartObject();
                    WriteOne(writer, "DeleteRequest"u8, write?.DeleteRequest is not null, "Key"u8, write?.DeleteRequest?.Key);
                    WriteOne(writer, "PutRequest"u8, write?.PutRequest is not null, "Item"u8, write?.PutRequest?.Item);
                    writer.WriteEndObject();
                }
                writer.WriteEndArray();
            }
            writer.WriteEndObject();
        }
        Write(writer, "ReturnConsumedCapacity"u8, request.ReturnConsumedCapacity);
        Write(writer, "ReturnItemCollectionMetrics"u8, request.ReturnItemCollectionMetrics);
        writer.WriteEndObject();
    }

    private static void WriteWanted(Utf8JsonWriter writer, KeysAndAttributes wanted)
    {
        ValueWriter.WriteStrings(writer, "AttributesToGet"u8, wanted.AttributesToGet);
        Write(writer, "ConsistentRead"u8, wanted.ConsistentRead);
        WriteNames(writer, wanted.ExpressionAttributeNames);
        if (wanted.Keys is { } keys)
        {
            writer.WriteStartArray("Keys"u8);
            foreach (Dictionary<string, AttributeValue> key in keys)
            {
                writer.WriteStartObject();
                ValueWriter.WriteMembers(writer, key);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
        }
        Write(writer, "ProjectionExpression"u8, wanted.ProjectionExpression);
    }

    private static void WriteOne(Utf8JsonWriter writer, ReadOnlySpan<byte> name, bool isSet, ReadOnlySpan<byte> inner, Dictionary<string, AttributeValue>? map)
    {
        if (!isSet)
            return;
        writer.WriteStartObject(name);
        ValueWriter.WriteMap(writer, inner, map);
        writer.WriteEndObject();
    }

    private static void WriteNames(Utf8JsonWriter writer, Dictionary<string, string>? names)
    {
        if (names is null)
            return;
        writer.WriteStartObject("ExpressionAttributeNames"u8);
        foreach ((string placeholder, string name) in names)
            writer.WriteString(placeholder, name);
        writer.WriteEndObject();
    }

    private static void WriteConditions(Utf8JsonWriter writer, ReadOnlySpan<byte> name, Dictionary<string, Condition>? conditions)
    {
        if (conditions is null)
            return;
        writer.WriteStartObject(name);
        foreach ((string attribute, Condition condition) in conditions)
        {
            writer.WriteStartObject(attribute);
            ValueWriter.WriteList(writer, "AttributeValueList"u8, condition?.AttributeValueList);
            Write(writer, "ComparisonOperator"u8, condition?.ComparisonOperator);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }

    private static void WriteCondition(Utf8JsonWriter writer, string? expression, ConstantClass? conditionalOperator, Dictionary<string, ExpectedAttributeValue>? expected)
    {
        Write(writer, "ConditionExpression"u8, expression);
        Write(writer, "ConditionalOperator"u8, conditionalOperator);
        if (expected is null)
            return;
        writer.WriteStartObject("Expected"u8);
        foreach ((string attribute, ExpectedAttributeValue condition) in expected)
        {
            writer.WriteStartObject(attribute);
            ValueWriter.WriteList(writer, "AttributeValueList"u8, condition?.AttributeValueList);
            Write(writer, "ComparisonOperator"u8, condition?.ComparisonOperator);
            Write(writer, "Exists"u8, condition?.Exists);
            WriteValue(writer, condition?.Value);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }

    private static void WriteUpdates(Utf8JsonWriter writer, Dictionary<string, AttributeValueUpdate>? updates)
    {
        if (updates is null)
            return;
        writer.WriteStartObject("AttributeUpdates"u8);
        foreach ((string attribute, AttributeValueUpdate update) in updates)
        {
            writer.WriteStartObject(attribute);
            Write(writer, "Action"u8, update?.Action);
            WriteValue(writer, update?.Value);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter writer, AttributeValue? value)
    {
        if (value is null)
            return;
        writer.WriteStartObject("Value"u8);
        ValueWriter.Write(writer, value);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? text)
    {
        if (text is not null)
            writer.WriteString(name, text);
    }

    private static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, ConstantClass? constant)
    {
        if (constant is not null)
            writer.WriteString(name, constant.Value);
    }

    private static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, bool? flag)
    {
        if (flag is { } value)
            writer.WriteBoolean(name, value);
    }

    private static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, int? number)
    {
        if (number is { } value)
            writer.WriteNumber(name, value);
    }
}
