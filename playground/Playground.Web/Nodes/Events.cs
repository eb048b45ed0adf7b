namespace Playground.Web.Nodes;

/// <summary>Something worth a line on the page; with a <see cref="Mark"/> it is also a line in the chart. <see cref="At"/> is in Unix milliseconds.</summary>
public sealed record Event(long At, string Text, string? Mark);

/// <summary>The last things that happened, newest first.</summary>
public sealed class Events(TimeProvider time)
{
    private const int Kept = 30;

    private readonly Lock _lock = new();
    private readonly LinkedList<Event> _events = new();

    public IReadOnlyList<Event> Latest
    {
        get
        {
            lock (_lock)
                return [.. _events];
        }
    }

    public void Add(string text, string? mark = null)
    {
        lock (_lock)
        {
            _events.AddFirst(new Event(time.GetUtcNow().ToUnixTimeMilliseconds(), text, mark));
            if (_events.Count > Kept)
                _events.RemoveLast();
        }
    }
}
