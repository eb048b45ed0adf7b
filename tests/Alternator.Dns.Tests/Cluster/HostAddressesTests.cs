using System.Net;
using System.Net.Sockets;
using Alternator.Dns.Cluster;
using Alternator.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Alternator.Dns.Tests.Cluster;

public class HostAddressesTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly SemaphoreSlim _changed = new(0);
    private Func<Task<IPAddress[]>> _resolve = () => Task.FromResult<IPAddress[]>([]);
    private int _asked;

    [Fact]
    public void An_address_is_itself_without_the_interface_and_without_being_mapped()
    {
        HostAddresses hosts = Hosts();

        Assert.Equal("10.0.0.1", Assert.Single(hosts.Get("10.0.0.1", default)).ToString());
        Assert.Equal("10.0.0.1", Assert.Single(hosts.Get("::ffff:10.0.0.1", default)).ToString());
        Assert.Equal("fe80::1", Assert.Single(hosts.Get("fe80::1%3", default)).ToString());
    }

    [Fact]
    public async Task A_name_is_resolved_meanwhile_and_its_change_is_told()
    {
        _resolve = () => Task.FromResult<IPAddress[]>([IPAddress.Parse("10.0.0.2"), IPAddress.Parse("10.0.0.1"), IPAddress.Parse("10.0.0.1")]);
        HostAddresses hosts = Hosts();
        Assert.Empty(hosts.Get("node1", default));

        Assert.True(await _changed.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(["10.0.0.1", "10.0.0.2"], hosts.Get("node1", default).Select(address => address.ToString()));
        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task A_name_is_resolved_again_after_a_while_and_a_failure_keeps_what_was_known()
    {
        _resolve = () => Task.FromResult<IPAddress[]>([IPAddress.Parse("10.0.0.1")]);
        HostAddresses hosts = Hosts();
        hosts.Get("node1", default);
        await _changed.WaitAsync(TimeSpan.FromSeconds(30));

        var failed = new TaskCompletionSource();
        _resolve = () =>
        {
            failed.TrySetResult();
            throw new SocketException((int)SocketError.TryAgain);
        };
        _clock.Advance(HostAddresses.Lifetime);
        hosts.Get("node1", default);
        await failed.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Single(hosts.Get("node1", default));

        _resolve = () => Task.FromResult<IPAddress[]>([IPAddress.Parse("10.0.0.9")]);
        for (int i = 0; i < 1000 && _changed.CurrentCount == 0; i++)
        {
            hosts.Get("node1", default);
            await Task.Delay(5);
        }

        Assert.Equal("10.0.0.9", Assert.Single(hosts.Get("node1", default)).ToString());
    }

    private HostAddresses Hosts() => new(
        (_, _) =>
        {
            Interlocked.Increment(ref _asked);
            return _resolve();
        },
        () => _changed.Release(), _clock, NullLogger.Instance);
}
