using System.Net;
using System.Net.Sockets;

namespace Playground.AppHost;

/// <summary>The usual ports where they are free, others where they aren't: a second playground runs beside the first.</summary>
internal static class Ports
{
    private const string Dashboard = "ASPNETCORE_URLS";

    private static readonly (string Variable, int Usual)[] OfTheDashboard =
        [(Dashboard, 15180), ("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", 15181), ("ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL", 15182)];

    /// <summary>Gives the dashboard the addresses that nothing else gave it, and others in place of those that are taken.</summary>
    public static void ChooseDashboardAddresses(this IDistributedApplicationBuilder builder)
    {
        if (AreRandom(builder))
            return;
        foreach ((string variable, int usual) in OfTheDashboard)
        {
            Uri wanted = Uri.TryCreate(builder.Configuration[variable]?.Split(';')[0], UriKind.Absolute, out Uri? given) ? given : new Uri($"http://localhost:{usual}");
            if (!IsFree(IPAddress.Loopback, wanted.Port))
            {
                int other = AnyFree();
                if (variable == Dashboard)
                    Console.WriteLine($"port {wanted.Port} is taken: the dashboard listens on {other}");
                wanted = new UriBuilder(wanted) { Port = other }.Uri;
            }
            builder.Configuration[variable] = wanted.GetLeftPart(UriPartial.Authority);
        }
        builder.Configuration["ASPIRE_ALLOW_UNSECURED_TRANSPORT"] ??= "true";
    }

    /// <summary>The usual port where it is free on the first <paramref name="addresses"/> loopback addresses; null, which is any, where it isn't.</summary>
    public static int? UsualOrAny(this IDistributedApplicationBuilder builder, int usual, int addresses = 1)
    {
        if (AreRandom(builder))
            return null;
        if (Enumerable.Range(1, addresses).All(i => IsFree(new IPAddress([127, 0, 0, (byte)i]), usual)))
            return usual;
        Console.WriteLine($"port {usual} is taken: another one is used instead");
        return null;
    }

    /// <summary>As under a test, which may run beside others.</summary>
    private static bool AreRandom(IDistributedApplicationBuilder builder) => builder.Configuration["DcpPublisher:RandomizePorts"] is "true" or "True";

    private static bool IsFree(IPAddress address, int port)
    {
        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int AnyFree()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
