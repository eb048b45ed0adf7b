using Alternator.Emulator.Tests.Support;

namespace Alternator.Emulator.Tests.State;

public sealed class SnapshotFileTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"alternator-{Guid.NewGuid():N}.snapshot");

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task A_cluster_with_a_snapshot_file_comes_back_with_its_tables_and_items()
    {
        await using (EmulatorCluster first = await EmulatorCluster.StartAsync(new() { Nodes = 1, SnapshotFile = _file }))
        {
            await Api.CreateTableAsync(first.Nodes[0], "kept");
            await Api.PutAsync(first.Nodes[0], "kept", "a", "1");
        }

        await using EmulatorCluster second = await EmulatorCluster.StartAsync(new() { Nodes = 2, SnapshotFile = _file });
        Assert.Equal("""{"Item":{"k":{"S":"a"},"v":{"S":"1"}}}""", (await Api.GetAsync(second.Nodes[1], "kept", "a")).Text);
    }

    [Fact]
    public async Task A_file_that_is_no_snapshot_names_the_option()
    {
        await File.WriteAllTextAsync(_file, "hello");
        var error = await Assert.ThrowsAsync<ArgumentException>(() => EmulatorCluster.StartAsync(new() { Nodes = 1, SnapshotFile = _file }));
        Assert.Equal(nameof(EmulatorOptions.SnapshotFile), error.ParamName);
        Assert.Equal("hello", await File.ReadAllTextAsync(_file));
    }

    [Fact]
    public async Task A_snapshot_can_be_taken_and_put_back_while_the_cluster_serves()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new() { Nodes = 1 });
        await Api.CreateTableAsync(cluster.Nodes[0], "kept");
        await Api.PutAsync(cluster.Nodes[0], "kept", "a", "before");
        cluster.SaveSnapshot(_file);
        await Api.PutAsync(cluster.Nodes[0], "kept", "a", "after");
        cluster.LoadSnapshot(_file);
        Assert.Contains("before", (await Api.GetAsync(cluster.Nodes[0], "kept", "a")).Text, StringComparison.Ordinal);
    }
}
