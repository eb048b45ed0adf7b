using Alternator.Emulator.Engine;
using Alternator.Emulator.Values;

namespace Alternator.Emulator.Operations;

internal static class ItemOperations
{
    public static void Put(Call call)
    {
        var table = call.TableForWrite();
        var item = Parameters.GetItem(call.Request, "Item", "PutItem");
        table.Write(table.Keys.KeyOf(item), _ => item);
        call.Writer.WriteStartObject();
        call.Writer.WriteEndObject();
    }

    public static void Get(Call call)
    {
        var table = call.Table();
        var item = table.Get(table.Keys.KeyOnly(Parameters.GetItem(call.Request, "Key", "GetItem")));
        call.Writer.WriteStartObject();
        if (item is not null)
        {
            call.Writer.WritePropertyName("Item");
            ValueWriter.Write(call.Writer, item);
        }

        call.Writer.WriteEndObject();
    }

    public static void Delete(Call call)
    {
        var table = call.TableForWrite();
        table.Write(table.Keys.KeyOnly(Parameters.GetItem(call.Request, "Key", "DeleteItem")), _ => null);
        call.Writer.WriteStartObject();
        call.Writer.WriteEndObject();
    }
}
