using Alternator.Emulator.Engine;
using Alternator.Emulator.Expressions;

namespace Alternator.Emulator.Operations;

/// <summary>Query: one partition of a table or index, in the order of its sort key.</summary>
internal static class QueryOperation
{
    public static void Execute(Call call)
    {
        if (call.Engine.Options.Release.HasVectorSearch && call.Find("VectorSearch") is not null)
        {
            throw AlternatorException.Validation("VectorSearch: vector search is not supported by this emulator");
        }

        var target = ReadTarget.Find(call);
        var read = new ReadRequest(call, target);
        var forward = call.Find("ScanIndexForward") is null || Parameters.FindBool(call.Request, "ScanIndexForward");
        var range = KeyCondition.Read(call, target.Keys, read.Bindings).Range();
        var filter = ItemFilter.Read(call, "QueryFilter", read.Bindings);
        filter.CheckNotOnKey(target.Keys);
        var projection = read.ReadProjection("Query");
        call.Authorize(Permission.Select, target.Table.Name);
        var start = target.ReadStart(call);
        if (start is not null && !range.Contains(start))
        {
            throw AlternatorException.Validation(
                "The provided starting key is outside query boundaries based on provided conditions (ExclusiveStartKey)");
        }

        RowBound? after = start is null ? null : ReadTarget.Beside(start, forward);
        read.Answer(PageReader.Read(target.Table, target.Index, range, after, forward, read.Limit), filter, projection);
    }
}
