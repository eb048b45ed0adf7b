using System.Net.Security;

namespace Alternator.Client.Tests.Wire;

public class EnvironmentTests
{
    private static readonly (string, string)[] AwsVariables =
    [
        ("AWS_ENABLE_ENDPOINT_DISCOVERY", "true"), ("AWS_RETRY_MODE", "adaptive"), ("AWS_MAX_ATTEMPTS", "1"), ("AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES", "1"),
        ("AWS_DISABLE_REQUEST_COMPRESSION", "false"), ("AWS_REGION", "eu-west-3"), ("AWS_DEFAULT_REGION", "eu-west-3"), ("AWS_ENDPOINT_URL", "http://127.0.0.1:1"),
        ("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:1"), ("AWS_ACCESS_KEY_ID", "env"), ("AWS_SECRET_ACCESS_KEY", "env"), ("AWS_SESSION_TOKEN", "env"),
        ("AWS_USE_FIPS_ENDPOINT", "true"), ("AWS_USE_DUALSTACK_ENDPOINT", "true"), ("AWS_DEFAULTS_MODE", "mobile"), ("AWS_SDK_UA_APP_ID", "app"),
        ("AWS_ACCOUNT_ID_ENDPOINT_MODE", "required"), ("AWS_REQUEST_CHECKSUM_CALCULATION", "when_supported"), ("AWS_RESPONSE_CHECKSUM_VALIDATION", "when_supported"),
        ("AWS_LAMBDA_FUNCTION_NAME", "f"), ("_X_AMZN_TRACE_ID", "Root=1"), ("AWS_PROFILE", "absent"), ("AWS_CSM_ENABLED", "true"), ("AWS_AUTH_SCHEME_PREFERENCE", "httpBearerAuth"),
        ("HTTP_PROXY", "http://127.0.0.1:1"), ("http_proxy", "http://127.0.0.1:1"), ("ALL_PROXY", "http://127.0.0.1:1"),
    ];

    [Fact]
    public async Task AWS_variables_change_nothing()
    {
        (WireRequest[] plain, string plainOutput) = await RequestsAsync();
        (WireRequest[] set, string setOutput) = await RequestsAsync(AwsVariables);
        Assert.Equal("key ACTIVE", plainOutput.Trim());
        Assert.Equal(plainOutput, setOutput);
        Assert.Equal(["PutItem", "GetItem", "DescribeTable"], set.Select(request => request.Operation));
        for (int i = 0; i < plain.Length; i++)
        {
            Assert.Equal(Headers(plain[i]), Headers(set[i]));
            Assert.Equal(plain[i].Text, set[i].Text);
        }
        Assert.All(set, request => Assert.Null(request.Header("Authorization")));
    }

    [Fact]
    public async Task Variables_with_nonsense_in_them_break_nothing()
    {
        (_, string output) = await RequestsAsync([.. AwsVariables.Where(variable => variable.Item1.StartsWith("AWS_", StringComparison.Ordinal)).Select(variable => (variable.Item1, "nonsense"))]);
        Assert.Equal("key ACTIVE", output.Trim());
    }

    [Fact]
    public async Task A_system_root_is_accepted_by_default_and_not_beside_a_custom_authority()
    {
        using var trusted = new TestCertificates("trusted by the system");
        using var other = new TestCertificates("other");
        await using var node = new FakeNode(Answer, tls: new SslServerAuthenticationOptions { ServerCertificate = trusted.Issue("127.0.0.1") });
        (string, string) systemRoots = ("SSL_CERT_FILE", trusted.CaFile);
        (int byDefault, string output) = await SampleProgram.RunAsync(node.Endpoint.AbsoluteUri, systemRoots, ("SSL_CERT_DIR", trusted.Folder));
        Assert.True(byDefault == 0, output);
        int served = node.Requests.Count;
        (int pinned, output) = await SampleProgram.RunAsync($"Endpoints={node.Endpoint};CaFile={other.CaFile}", systemRoots, ("SSL_CERT_DIR", trusted.Folder));
        Assert.NotEqual(0, pinned);
        Assert.Contains("TLS", output, StringComparison.Ordinal);
        Assert.Equal(served, node.Requests.Count);
    }

    private static async Task<(WireRequest[] Requests, string Output)> RequestsAsync(params (string, string)[] environment)
    {
        await using var node = new FakeNode(Answer);
        (int exitCode, string output) = await SampleProgram.RunAsync(node.Endpoint.AbsoluteUri, environment);
        Assert.True(exitCode == 0, output);
        return ([.. node.Requests], output);
    }

    internal static byte[] Answer(WireRequest request) => FakeNode.Json(request.Operation switch
    {
        "GetItem" => """{"Item":{"k":{"S":"key"}}}""",
        "DescribeTable" => """{"Table":{"TableStatus":"ACTIVE"}}""",
        _ => "{}",
    });

    private static IEnumerable<string> Headers(WireRequest request) => request.Headers.Where(header => header.Key != "Host").Select(header => $"{header.Key}: {header.Value}");
}
