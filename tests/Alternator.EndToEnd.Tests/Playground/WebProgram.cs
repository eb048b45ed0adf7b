using System.Net;
using System.Net.Sockets;

namespace Alternator.EndToEnd.Tests.Playground;

/// <summary>Playground.Web alone, with an environment of the test's, as any service is started.</summary>
internal sealed class WebProgram : IAsyncDisposable
{
    private WebProgram(RunningProgram program, Uri address)
    {
        Program = program;
        Http = new() { BaseAddress = address, Timeout = TimeSpan.FromSeconds(60) };
    }

    public RunningProgram Program { get; }

    public HttpClient Http { get; }

    public static WebProgram Start(string? connectionString, params IEnumerable<KeyValuePair<string, string?>> environment)
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var address = new Uri($"http://{free.LocalEndpoint}");
        free.Stop();
        var all = new Dictionary<string, string?>(environment) { ["ConnectionStrings__alternator"] = connectionString, ["EMULATOR_CONTROL_URL"] = null };
        return new(RunningProgram.Start("dotnet", [Repository.Playground("Playground.Web"), "--urls", address.ToString()], all), address);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Program.DisposeAsync();
    }
}
