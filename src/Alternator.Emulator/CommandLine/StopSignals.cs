using System.Runtime.InteropServices;

namespace Alternator.Emulator.CommandLine;

/// <summary>Ctrl-C and SIGTERM ask for a clean stop instead of ending the process; a second one ends it at once.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;
    private readonly CancellationTokenSource _stop;
    private int _asked;

    public StopSignals(CancellationTokenSource stop)
    {
        _stop = stop;
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Ask);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Ask);
    }

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
    }

    private void Ask(PosixSignalContext context)
    {
        if (Interlocked.Exchange(ref _asked, 1) != 0) return;
        context.Cancel = true;

        // Not in the signal's own thread: what waits for the token would stop the cluster there.
        _ = _stop.CancelAsync();
    }
}
