using System.Collections.Concurrent;
using System.Net;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;

namespace Alternator.Client;

/// <summary>Reads a table's description: the way in which partition keys are learnt.</summary>
internal interface IPartitionKeySource
{
    /// <summary>The name of a table's partition key, or null when the description has none.</summary>
    /// <exception cref="AmazonServiceException">The cluster refused or failed.</exception>
    Task<string?> GetPartitionKeyAsync(string table, CancellationToken cancellationToken);
}

/// <summary>
/// The names of the tables' partition keys. Configured ones need no I/O. The others are learnt by one DescribeTable per table, in the
/// background: the request that misses doesn't wait. Four tries with growing pauses; a refusal that won't change by itself (no such
/// table, no permission) silences the table for five minutes, a failed series of tries for thirty seconds.
/// </summary>
internal sealed class PartitionKeyNames : IDisposable
{
    private const int Tries = 4;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SilenceAfterRefusal = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan SilenceAfterFailure = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, Entry> _tables = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopped = new();
    private readonly TimeProvider _clock;
    private readonly Random _random;

    public PartitionKeyNames(AffinityOptions options, TimeProvider clock, Random? random = null)
    {
        _clock = clock;
        _random = random ?? Random.Shared;
        foreach ((string table, string key) in options.PartitionKeys)
        {
            if (!string.IsNullOrEmpty(table) && !string.IsNullOrEmpty(key))
            {
                _tables[table] = new Entry(key, 0);
            }
        }
    }

    /// <summary>Where unknown names are learnt; without it they stay unknown.</summary>
    public IPartitionKeySource? Source { get; set; }

    /// <summary>The look-up that is running for a table, for tests.</summary>
    internal Task Learning { get; private set; } = Task.CompletedTask;

    /// <summary>The name, if it is known. When not, it is looked up in the background.</summary>
    public bool TryGet(string table, out string key)
    {
        if (_tables.TryGetValue(table, out Entry entry) && entry.Key is not null)
        {
            key = entry.Key;
            return true;
        }
        key = "";
        if (Source is not null && !_stopped.IsCancellationRequested)
        {
            Miss(table, entry);
        }
        return false;
    }

    /// <summary>A write was refused because of its key: what is known of the table may be of an earlier table of that name.</summary>
    public void Forget(string table)
    {
        if (_tables.TryGetValue(table, out Entry entry) && entry.Learnt)
        {
            _tables.TryRemove(new KeyValuePair<string, Entry>(table, entry));
        }
    }

    public void Dispose() => _stopped.Cancel();

    private void Miss(string table, Entry entry)
    {
        if (entry.SilentUntil > _clock.GetTimestamp())
        {
            return;
        }
        // Whoever puts the mark of a running look-up in place does it.
        var running = new Entry(null, long.MaxValue);
        if (entry == default ? _tables.TryAdd(table, running) : _tables.TryUpdate(table, running, entry))
        {
            using (AmbientState.Suppress())
            {
                Learning = LearnAsync(table);
            }
        }
    }

    private async Task LearnAsync(string table)
    {
        TimeSpan pause = FirstPause;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                string? key = await Source!.GetPartitionKeyAsync(table, _stopped.Token).ConfigureAwait(false);
                _tables[table] = string.IsNullOrEmpty(key) ? Silent(SilenceAfterRefusal) : new Entry(key, 0, Learnt: true);
                return;
            }
            catch (Exception exception) when (attempt < Tries && !IsFinal(exception) && !_stopped.IsCancellationRequested)
            {
                // Tried again below.
            }
            catch (Exception exception) // The outcome of a look-up in the background is that nothing is known.
            {
                _tables[table] = Silent(IsFinal(exception) ? SilenceAfterRefusal : SilenceAfterFailure);
                return;
            }
            double jitter = 0.8 + (0.4 * _random.NextDouble());
            try
            {
                await Task.Delay(pause * jitter, _clock, _stopped.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>Whether asking again soon can't help.</summary>
    private static bool IsFinal(Exception exception) => exception switch
    {
        ResourceNotFoundException => true,
        AmazonServiceException { StatusCode: HttpStatusCode.Forbidden } => true,
        AmazonServiceException { ErrorCode: "AccessDeniedException" or "ValidationException" or "UnrecognizedClientException" } => true,
        AmazonServiceException { StatusCode: >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError and not HttpStatusCode.TooManyRequests } service =>
            string.IsNullOrEmpty(service.ErrorCode),
        _ => false,
    };

    private Entry Silent(TimeSpan time) => new(null, _clock.GetTimestamp() + (long)(time.TotalSeconds * _clock.TimestampFrequency));

    private readonly record struct Entry(string? Key, long SilentUntil, bool Learnt = false);
}
