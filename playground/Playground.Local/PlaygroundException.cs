namespace Playground.Local;

/// <summary>The playground cannot be started; the message says what to do.</summary>
internal sealed class PlaygroundException(string message) : Exception(message);
