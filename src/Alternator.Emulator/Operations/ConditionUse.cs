namespace Alternator.Emulator.Operations;

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
