using System.Net;

namespace Alternator.Dns.Limits;

/// <summary>Counts open TCP connections, in all and per source address, and refuses those beyond either limit.</summary>
internal sealed class ConnectionLimiter(int limit, int limitPerSource)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, int> _bySource = [];
    private int _open;

    /// <summary>Connections that are open now.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Takes a place for a connection, to be given back with <see cref="Leave"/>.</summary>
    public bool TryEnter(IPAddress source)
    {
        lock (_lock)
        {
            int ofSource = _bySource.GetValueOrDefault(source);
            if (_open >= limit || ofSource >= limitPerSource)
                return false;

            _open++;
            _bySource[source] = ofSource + 1;
            return true;
        }
    }

    public void Leave(IPAddress source)
    {
        lock (_lock)
        {
            _open--;
            if (_bySource[source] == 1)
                _bySource.Remove(source);
            else
                _bySource[source]--;
        }
    }
}
