namespace Alternator.Emulator.Operations;

/// <summary>PutItem.</summary>
internal static class PutItem
{
    public static void Execute(Call call)
    {
        var request = new WriteRequest(call, "PutItem", isUpdate: false);
        var item = Parameters.GetItem(call.Request, "Item", "PutItem");
        var key = request.Table.Keys.KeyOf(item);
        ItemRules.Check(request.Table, item);
        request.ReadConditions();
        ConditionUse.Check(request, "PutItem");
        var needsRead = request.ReturnValues == ReturnValues.AllOld;
        request.CheckAllowed(needsRead);
        var old = request.Write(key, _ => item);
        var read = needsRead || request.HasExpected || request.HasConditionExpression;
        request.Answer(needsRead ? old : null, Math.Max(item.Size, read ? old?.Size ?? 0 : 0));
    }
}

/// <summary>DeleteItem.</summary>
internal static class DeleteItem
{
    public static void Execute(Call call)
    {
        var request = new WriteRequest(call, "DeleteItem", isUpdate: false);
        var key = request.Table.Keys.KeyOnly(Parameters.GetItem(call.Request, "Key", "DeleteItem"));
        request.ReadConditions();
        ConditionUse.Check(request, "DeleteItem");
        var needsRead = request.ReturnValues == ReturnValues.AllOld;
        request.CheckAllowed(needsRead);
        var old = request.Write(key, _ => null);
        var read = needsRead || request.HasExpected || request.HasConditionExpression;
        request.Answer(needsRead ? old : null, read ? old?.Size ?? 0 : 0);
    }
}

/// <summary>The rule that names and values need a ConditionExpression that uses them.</summary>
internal static class ConditionUse
{
    /// <summary>Refuses names and values that the ConditionExpression doesn't use.</summary>
    public static void Check(WriteRequest request, string operation)
    {
        if (request.HasConditionExpression)
        {
            request.Bindings.CheckAllUsed(operation);
        }
        else
        {
            request.Bindings.CheckNoneGiven("ConditionExpression");
        }
    }
}
