using Alternator.Emulator;
using Aspire.Hosting.Emulator;
using Aspire.Hosting.Scylla;

namespace Alternator.Aspire.Hosting.Tests;

public class ScyllaArgumentsTests
{
    private static string Line(ScyllaArguments arguments) => string.Join(' ', arguments.Build());

    private static ScyllaArguments For(string release) => new() { Release = ScyllaRelease.Parse(release) };

    private const string Developer =
        "--smp 1 --memory 1G --overprovisioned 1 --developer-mode 1 --alternator-port 8000 --alternator-address 0.0.0.0 "
        + "--alternator-write-isolation only_rmw_uses_lwt --max-networking-io-control-blocks=1000 --disable-version-check --auto-snapshot=0 --audit=none";

    [Theory]
    [InlineData("2025.1.14")]
    [InlineData("2025.2.5")]
    [InlineData("2025.3.8")]
    [InlineData("2026.1.11")]
    [InlineData("2026.2.5")]
    public void A_node_on_its_own_gets_the_flags_of_a_developers_machine(string release) => Assert.Equal(Developer, Line(For(release)));

    [Fact]
    public void On_2025_4_keyspaces_are_made_rack_valid_because_indexes_on_tablets_need_it() =>
        Assert.Equal(Developer + " --rf-rack-valid-keyspaces=1", Line(For("2025.4.10")));

    [Theory]
    [InlineData("2025.4.0")]
    [InlineData("2026.1.11")]
    [InlineData("2026.2.5")]
    public void Datacenter_and_rack_are_flags_where_the_image_has_them(string release)
    {
        ScyllaArguments arguments = For(release) with { Datacenter = "dc9", Rack = "r2" };
        Assert.Contains(" --dc dc9 --rack r2", Line(arguments), StringComparison.Ordinal);
        Assert.Null(arguments.RackProperties);
    }

    [Theory]
    [InlineData("2025.1.14")]
    [InlineData("2025.3")]
    public void Before_2025_4_datacenter_and_rack_come_from_a_file_and_a_snitch(string release)
    {
        ScyllaArguments arguments = For(release) with { Datacenter = "dc9", Rack = "r2" };
        Assert.Contains(" --endpoint-snitch GossipingPropertyFileSnitch", Line(arguments), StringComparison.Ordinal);
        Assert.DoesNotContain("--dc", Line(arguments), StringComparison.Ordinal);
        Assert.Equal("dc=dc9\nrack=r2\nprefer_local=false\n", arguments.RackProperties);
    }

    [Fact]
    public void A_node_without_a_place_mounts_nothing() => Assert.Null(For("2025.1.14").RackProperties);

    [Fact]
    public void A_node_that_joins_names_its_seeds_and_its_cluster() =>
        Assert.EndsWith(" --cluster-name music --seeds music-1,music-2", Line(For("2026.2.5") with { ClusterName = "music", Seeds = ["music-1", "music-2"] }), StringComparison.Ordinal);

    [Theory]
    [InlineData("2025.1.14", true)]
    [InlineData("2026.1.11", true)]
    [InlineData("2026.2.0", false)]
    public void Streams_are_an_experimental_feature_until_2026_2(string release, bool flag) =>
        Assert.Equal(flag, Line(For(release) with { Streams = true }).Contains("--experimental-features alternator-streams", StringComparison.Ordinal));

    [Fact]
    public void The_ttl_period_is_in_seconds_whatever_the_culture() =>
        Assert.Contains("--alternator-ttl-period-in-seconds=0.5", Line(For("2026.2.5") with { TtlPeriod = TimeSpan.FromMilliseconds(500) }), StringComparison.Ordinal);

    [Fact]
    public void Authorization_is_enforced_for_a_role_that_exists_at_the_first_boot()
    {
        string line = Line(For("2026.2.5") with { AccessKey = "app" });
        Assert.EndsWith(" --authenticator PasswordAuthenticator --alternator-enforce-authorization=1 --auth-superuser-name=app --auth-superuser-salted-password=<SecretKey>", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Https_listens_beside_http_with_the_certificate_of_the_container() =>
        Assert.EndsWith(" --alternator-https-port 8043 --alternator-encryption-options=certificate=<CertificatePath> --alternator-encryption-options=keyfile=<KeyPath>", Line(For("2026.2.5") with { Https = true }), StringComparison.Ordinal);

    [Fact]
    public void What_else_is_asked_for_takes_the_place_of_the_same_flag_because_Scylla_takes_none_twice()
    {
        string line = Line(For("2026.2.5") with { Extra = ["--max-networking-io-control-blocks=5000", "--smp=4", "--audit=table", "--audit=syslog"] });
        Assert.EndsWith(" --max-networking-io-control-blocks=5000 --smp=4 --audit=syslog", line, StringComparison.Ordinal);
        foreach (string flag in new[] { "--max-networking-io-control-blocks", "--smp", "--audit" })
            Assert.Equal(2, line.Split(flag).Length);
        Assert.EndsWith(" --experimental-features=a --experimental-features=b", Line(For("2026.2.5") with { Extra = ["--experimental-features=a", "--experimental-features=b"] }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--dc", "2025.3.8", "2025.4.0")]
    [InlineData("--enforce-rack-list=1", "2025.4.10", "2026.1.0")]
    [InlineData("--alternator-max-items-in-batch-write=50", "2025.1.14", "2025.2.0")]
    [InlineData("--tablets-mode-for-new-keyspaces=disabled", "2025.1.1", "2025.1.2")]
    [InlineData("--alternator-http-response-server-header=x", "2026.2.5", "2026.3.0")]
    public void A_flag_that_the_release_lacks_is_refused_with_the_release_that_has_it(string flag, string release, string first)
    {
        var e = Assert.Throws<ArgumentException>(() => Line(For(release) with { Extra = [flag] }));
        Assert.Contains($"ScyllaDB {release} doesn't know {flag.Split('=')[0]}, which exists from {first} on", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2025.1.12", false)]
    [InlineData("2025.1.13", true)]
    [InlineData("2025.2.5", false)]
    [InlineData("2025.3.8", false)]
    [InlineData("2025.4.9", false)]
    [InlineData("2025.4.10", true)]
    [InlineData("2026.1.5", false)]
    [InlineData("2026.1.6", true)]
    [InlineData("2026.2.0", true)]
    [InlineData("2026.3.0", true)]
    public void A_flag_that_was_brought_into_patches_of_older_lines_is_known_there_and_not_between(string release, bool known)
    {
        ScyllaArguments arguments = For(release) with { Extra = ["--max-relations-in-where-clause=10"] };
        if (known)
            Line(arguments);
        else
            Assert.Contains("exists from 2026.2.0 on (2025.1.13, 2025.4.10, 2026.1.6 of older lines have it too)", Assert.Throws<ArgumentException>(() => Line(arguments)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--redis-port=6379", "2025.3.8", "2025.4.0")]
    [InlineData("--object-storage-config-file=x", "2025.1.14", "2025.2.0")]
    public void A_flag_that_was_removed_is_refused_from_then_on(string flag, string last, string removed)
    {
        Line(For(last) with { Extra = [flag] });
        Assert.Contains($"which was removed in {removed}", Assert.Throws<ArgumentException>(() => Line(For(removed) with { Extra = [flag] })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void On_2025_4_a_cluster_in_one_rack_is_not_asked_to_be_rack_valid_because_it_would_not_boot_again()
    {
        Assert.DoesNotContain("rack-valid", Line(For("2025.4.10") with { RackValid = false }), StringComparison.Ordinal);
        Assert.False(new ScyllaSettings { Rack = "r1", Nodes = 3 }.Arguments("2025.4.10").RackValid);
        Assert.True(new ScyllaSettings { Rack = "r1", Nodes = 2 }.Arguments("2025.4.10").RackValid);
        Assert.True(new ScyllaSettings { Nodes = 3 }.Arguments("2025.4.10").RackValid);
    }

    [Theory]
    [InlineData("2026.2.5-0.20260815.0123456789ab", 2026, 2, 5)]
    [InlineData("2026.3.0~rc2-0.20260810.abc", 2026, 3, 0)]
    public void What_a_server_says_of_its_version_is_a_release(string version, int year, int minor, int patch) => Assert.Equal(new ScyllaRelease(year, minor, patch), ScyllaRelease.TryParse(version));

    [Theory]
    [InlineData("2025.1.14", EmulatorRelease.V2025_1)]
    [InlineData("2025.4", EmulatorRelease.V2025_4)]
    [InlineData("2026.2.5", EmulatorRelease.V2026_2)]
    [InlineData("2026.2.0", EmulatorRelease.V2026_2)]
    public void The_emulator_follows_the_newest_line_that_is_not_newer(string release, EmulatorRelease line) => Assert.Equal(line, EmulatorRun.EmulatedRelease(ScyllaRelease.Parse(release)));

    [Fact]
    public void A_short_tag_means_its_newest_patch() => Line(For("2025.4") with { Extra = ["--blocked-reactor-notify-ms=50"] });

    [Fact]
    public void A_dollar_is_written_so_that_the_entry_points_shell_leaves_it() =>
        Assert.Equal(@"--x=\$6\$salt\$hash", For("2026.2.5") is var a ? (a with { Extra = ["--x=$6$salt$hash"] }).Build()[^1].Text : null);

    [Theory]
    [InlineData("a b")]
    [InlineData("a\"b")]
    [InlineData("a'b")]
    [InlineData("a`b")]
    [InlineData("a*b")]
    [InlineData("a?b")]
    [InlineData("a[b")]
    [InlineData(@"a\b")]
    public void What_the_shell_would_change_is_refused(string value) =>
        Assert.Throws<ArgumentException>(() => Line(For("2026.2.5") with { ClusterName = value }));

    [Theory]
    [InlineData("latest")]
    [InlineData("6.2.3")]
    [InlineData("2024.2.1")]
    [InlineData("2026")]
    [InlineData("2026.2.5.1")]
    public void A_tag_that_is_no_known_release_is_refused(string tag) => Assert.Throws<ArgumentException>(() => ScyllaRelease.Parse(tag));

    [Fact]
    public void A_release_candidate_counts_as_its_release() => Assert.Equal(new ScyllaRelease(2026, 3, 0), ScyllaRelease.Parse("2026.3.0-rc2"));
}
