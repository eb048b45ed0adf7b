namespace Alternator.Emulator.Operations;

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
