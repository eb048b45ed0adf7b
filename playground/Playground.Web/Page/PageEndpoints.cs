using System.Runtime.CompilerServices;

namespace Playground.Web.Page;

/// <summary>The page, which is one file inside the assembly, and its state: once as JSON, once a second as server-sent events.</summary>
public static class PageEndpoints
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public static void MapPage(this IEndpointRouteBuilder routes)
    {
        var page = ReadPage();
        routes.MapGet("/", () => Results.Bytes(page, "text/html; charset=utf-8"));
        routes.MapGet("/api/state", (StateSource source, CancellationToken ct) => source.CurrentAsync(ct));
        routes.MapGet("/api/events", (StateSource source, IHostApplicationLifetime lifetime, HttpContext context) =>
            TypedResults.ServerSentEvents(States(source, lifetime, context.RequestAborted)));
    }

    /// <summary>Ends with the service too, so that an open page does not hold up its stop.</summary>
    private static async IAsyncEnumerable<State> States(
        StateSource source, IHostApplicationLifetime lifetime, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        using var timer = new PeriodicTimer(Interval);
        do
        {
            yield return await source.CurrentAsync(ends.Token);
        }
        while (await NextAsync(timer, ends.Token));
    }

    private static async ValueTask<bool> NextAsync(PeriodicTimer timer, CancellationToken cancellationToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static byte[] ReadPage()
    {
        using var stream = typeof(PageEndpoints).Assembly.GetManifestResourceStream("index.html")!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
