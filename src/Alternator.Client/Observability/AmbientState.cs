namespace Alternator.Client;

/// <summary>
/// Keeps the caller's ambient state (its current span, its async locals) out of work that outlives the call. Works where the flow of it
/// is suppressed already, too.
/// </summary>
internal static class AmbientState
{
    public static Suppression Suppress() => new(ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.SuppressFlow());

    internal readonly struct Suppression(AsyncFlowControl? control) : IDisposable
    {
        public void Dispose() => control?.Undo();
    }
}
