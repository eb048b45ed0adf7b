namespace Aspire.Hosting.Containers;

/// <summary>
/// Says to other AppHosts of this machine that a run goes on: a file that is locked until the run ends, also where its process is killed. Two instances of one AppHost have volumes
/// of the same names but for the run, and a node that is being started again has no container for a moment that would keep its volume.
/// </summary>
internal sealed class RunLock : IDisposable
{
    private readonly FileStream _file;

    private RunLock(FileStream file) => _file = file;

    /// <summary>Locks a run. Null where no file can be made: then the run is known by its containers alone.</summary>
    public static RunLock? Hold(string run)
    {
        try
        {
            return new RunLock(new FileStream(PathOf(run), FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Whether some process of this machine holds a run. What a killed one left is removed.</summary>
    public static bool IsHeld(string run)
    {
        try
        {
            new FileStream(PathOf(run), FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose).Dispose();
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    public void Dispose() => _file.Dispose();

    private static string PathOf(string run) => Path.Combine(Path.GetTempPath(), $"alternator-run-{run}.lock");
}

/// <summary>The runs of one application, held until it is disposed.</summary>
internal sealed class HeldRuns : IDisposable
{
    private readonly List<RunLock> _held = [];

    public void Hold(string run)
    {
        if (RunLock.Hold(run) is { } held)
            _held.Add(held);
    }

    public void Dispose() => _held.ForEach(static held => held.Dispose());
}
