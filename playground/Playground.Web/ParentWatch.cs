namespace Playground.Web;

/// <summary>
/// Stops the service when the program that started it is gone. That program holds the other end of standard input;
/// however it ends, even killed, the pipe closes. Only with <c>PLAYGROUND_STOPS_WITH_PARENT</c>: a service started by hand has no such pipe.
/// </summary>
public sealed class ParentWatch(IConfiguration configuration, IHostApplicationLifetime lifetime) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!configuration.GetValue("PLAYGROUND_STOPS_WITH_PARENT", false))
            return;
        await Task.Yield();
        var input = Console.OpenStandardInput();
        var buffer = new byte[64];
        while (await input.ReadAsync(buffer, stoppingToken) > 0)
        {
        }
        lifetime.StopApplication();
    }
}
