using System.Buffers;

namespace Alternator.Emulator.Engine;

/// <summary>The store of all nodes of an emulated cluster, and the operations on it. Thread-safe.</summary>
internal sealed class AlternatorEngine : IDisposable
{
    private readonly EngineOptions _options;

    /// <summary>Makes an empty store.</summary>
    public AlternatorEngine(EngineOptions options) => _options = options;

    /// <summary>The settings that the store was made with.</summary>
    public EngineOptions Options => _options;

    /// <summary>Executes one operation and writes the answer's JSON.</summary>
    /// <param name="operation">The operation's name, without the version before the dot.</param>
    /// <param name="body">The request's JSON as UTF-8.</param>
    /// <param name="context">The node that was asked, and who asked.</param>
    /// <param name="output">Receives the answer; holds nothing useful after an exception.</param>
    /// <exception cref="AlternatorException">The request is refused.</exception>
    public void Execute(string operation, ReadOnlyMemory<byte> body, in RequestContext context, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        throw AlternatorException.UnknownOperation($"Unsupported operation {operation} in {_options.Release}");
    }

    /// <summary>Stops the expiry of items.</summary>
    public void Dispose()
    {
    }
}
