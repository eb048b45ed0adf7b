using System.Text.Json;
using Alternator.Emulator.Engine;
using Alternator.Emulator.Expressions;
using Alternator.Emulator.Values;

namespace Alternator.Emulator.Operations;

/// <summary>GetItem.</summary>
internal static class GetItem
{
    public static void Execute(Call call)
    {
        var table = call.Table();
        var consistent = IsConsistent(call.Request);
        var key = table.Keys.KeyOnly(Parameters.GetItem(call.Request, "Key", "GetItem"));
        var bindings = new Bindings(call.Find("ExpressionAttributeNames"), null);
        var projection = Projection.Read(call, call.Request, bindings);
        bindings.CheckAllUsed("GetItem");
        var wantsCapacity = ConsumedCapacity.IsWanted(call);
        call.Authorize(Permission.Select, table.Name);
        var item = table.Get(key);
        call.Writer.WriteStartObject();
        if (item is not null)
        {
            call.Writer.WritePropertyName("Item");
            ValueWriter.Write(call.Writer, projection is null ? item : projection.Apply(item));
        }

        if (wantsCapacity)
        {
            ConsumedCapacity.Write(call.Writer, ConsumedCapacity.OfRead(item?.Size ?? 1, consistent));
        }

        call.Writer.WriteEndObject();
    }

    /// <summary>The ConsistentRead parameter. All reads here are consistent; it counts for capacity and for what is refused.</summary>
    public static bool IsConsistent(JsonElement request) => Parameters.Find(request, "ConsistentRead")?.ValueKind switch
    {
        null or JsonValueKind.Null or JsonValueKind.False => false,
        JsonValueKind.True => true,
        _ => throw AlternatorException.Validation("ConsistentRead flag must be a boolean"),
    };
}
