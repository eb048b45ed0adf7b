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
