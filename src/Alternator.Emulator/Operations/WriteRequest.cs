using Alternator.Emulator.Engine;
using Alternator.Emulator.Expressions;
using Alternator.Emulator.Values;

namespace Alternator.Emulator.Operations;

/// <summary>ReturnValues.</summary>
internal enum ReturnValues
{
    None,
    AllOld,
    UpdatedOld,
    AllNew,
    UpdatedNew,
}

/// <summary>What PutItem, UpdateItem and DeleteItem have in common: table, condition, what to return, write isolation.</summary>
/// <remarks>Source: DynamoDB API reference; ScyllaDB's alternator/executor.cc, rmw_operation.</remarks>
internal sealed class WriteRequest
{
    private readonly Call _call;
    private readonly string _operation;
    private readonly bool _returnOldOnFailure;
    private readonly bool _wantsCapacity;
    private readonly string? _systemName;
    private LegacyConditions? _expected;
    private Condition? _condition;

    /// <summary>Reads what doesn't depend on the item.</summary>
    public WriteRequest(Call call, string operation, bool isUpdate)
    {
        _call = call;
        _operation = operation;
        var name = call.TableName();
        var system = call.SystemTable(name);
        _systemName = system is null ? null : name[TableNames.SystemPrefix.Length..];
        Table = system is null ? call.Engine.Tables.Get(name) : ReadTarget.Copy(name, system);
        _wantsCapacity = ConsumedCapacity.IsWanted(call);
        ReturnValues = ReadReturnValues(call, operation, isUpdate);
        _returnOldOnFailure = ReadReturnOnFailure(call);
        Bindings = new Bindings(call.Find("ExpressionAttributeNames"), call.Find("ExpressionAttributeValues"));
    }

    public Table Table { get; }

    public ReturnValues ReturnValues { get; }

    public Bindings Bindings { get; }

    /// <summary>True when the request has a ConditionExpression.</summary>
    public bool HasConditionExpression => _condition is not null;

    /// <summary>True when the request has an Expected parameter.</summary>
    public bool HasExpected => _expected is not null;

    /// <summary>Reads Expected and ConditionExpression.</summary>
    public void ReadConditions()
    {
        _expected = LegacyConditions.Read(_call, "Expected");
        if (_call.Find("ConditionExpression") is not { } expression)
        {
            return;
        }

        if (_expected is not null)
        {
            throw AlternatorException.Validation($"{_operation} does not allow both old-style Expected and new-style ConditionExpression to be given together");
        }

        _condition = Bindings.Bind(_call.Engine.Expressions.Condition(ExpressionText.Of(expression, "ConditionExpression"), "ConditionExpression"));
        ConditionEvaluation.Check(_condition, "ConditionExpression");
    }

    /// <summary>Refuses a write that needs a read where the table's isolation forbids it, and one that the role may not do.</summary>
    public void CheckAllowed(bool needsRead)
    {
        needsRead |= _expected is not null || _condition is not null;
        if (needsRead && Table.WriteIsolation(_call.Engine.Options) == Alternator.Emulator.WriteIsolation.ForbidRmw)
        {
            throw AlternatorException.Validation(
                "Read-modify-write operations are disabled by 'forbid_rmw' write isolation policy of the table");
        }

        _call.Authorize(Permission.Modify, Table.Name);
        CheckTransactions(needsRead);
    }

    // A lightweight transaction is needed by every write, or by those that need a read, as the isolation has it.
    private void CheckTransactions(bool needsRead)
    {
        var options = _call.Engine.Options;
        if (!options.Release.HasTransactionsOnTablets && TableTags.UsesTablets(Table.Tags, options.Release) &&
            Table.WriteIsolation(options) is var isolation &&
            (isolation == Emulator.WriteIsolation.AlwaysUseLwt || (needsRead && isolation == Emulator.WriteIsolation.OnlyRmwUsesLwt)))
        {
            throw new AlternatorException(
                "InternalServerError",
                $"Cannot use lightweight transactions for table {Table.Name}: they are not supported with tablets in this release",
                statusCode: 500);
        }
    }

    /// <summary>Replaces the item by what <paramref name="decide"/> makes of it, once the conditions hold.</summary>
    /// <returns>The item as it was; null when there was none.</returns>
    public Item? Write(in ItemKey key, Func<Item?, Item?> decide)
    {
        Item? old = null;
        Table.Write(key, before =>
        {
            Verify(before);
            old = before;
            var after = decide(before);
            WriteSystemRow(after);
            return after;
        });
        return old;
    }

    /// <summary>Writes the answer.</summary>
    /// <param name="attributes">What ReturnValues asks for, or null for nothing.</param>
    /// <param name="bytes">What the write counts for.</param>
    public void Answer(Item? attributes, long bytes)
    {
        var writer = _call.Writer;
        writer.WriteStartObject();
        if (_wantsCapacity)
        {
            ConsumedCapacity.Write(writer, ConsumedCapacity.OfWrite(bytes));
        }

        if (attributes is not null)
        {
            writer.WritePropertyName("Attributes");
            ValueWriter.Write(writer, attributes);
        }

        writer.WriteEndObject();
    }

    // Throws when the item (null: none) doesn't fulfil the conditions.
    private void Verify(Item? item)
    {
        if ((_expected is not null && !_expected.IsTrue(item)) || (_condition is not null && !ConditionEvaluation.IsTrue(_condition, item)))
        {
            throw AlternatorException.ConditionalCheckFailed(_returnOldOnFailure ? item : null);
        }
    }

    private void WriteSystemRow(Item? row)
    {
        if (_systemName is not null &&
            (row is null || !_call.Engine.Options.SystemTables!.TryWrite(_systemName, row, _call.Context)))
        {
            throw AlternatorException.ResourceNotFound(
                $"Table {Table.Name} is a system table, and writing to it is not allowed (alternator_allow_system_table_write)");
        }
    }

    private static ReturnValues ReadReturnValues(Call call, string operation, bool isUpdate)
    {
        var text = call.FindString("ReturnValues");
        ReturnValues value = text switch
        {
            null or "NONE" => ReturnValues.None,
            "ALL_OLD" => ReturnValues.AllOld,
            "UPDATED_OLD" => ReturnValues.UpdatedOld,
            "ALL_NEW" => ReturnValues.AllNew,
            "UPDATED_NEW" => ReturnValues.UpdatedNew,
            _ => throw AlternatorException.Validation($"Unrecognized value for ReturnValues: {text}"),
        };
        return isUpdate || value is ReturnValues.None or ReturnValues.AllOld
            ? value
            : throw AlternatorException.Validation($"{operation} supports only NONE or ALL_OLD for ReturnValues");
    }

    private static bool ReadReturnOnFailure(Call call) => call.FindString("ReturnValuesOnConditionCheckFailure") switch
    {
        null or "NONE" => false,
        "ALL_OLD" => true,
        var text => throw AlternatorException.Validation($"Unrecognized value for ReturnValuesOnConditionCheckFailure: {text}"),
    };
}
