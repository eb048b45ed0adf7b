namespace Playground.Web.Load;

/// <summary>Whether the page's load runs, and how many requests per second it sends. Both change while it runs.</summary>
public sealed class LoadSettings
{
    public const int HighestRate = 1000;

    private volatile bool _running;
    private volatile int _rate;

    public LoadSettings(IConfiguration configuration)
    {
        _running = configuration.GetValue("Load:Running", true);
        _rate = Math.Clamp(configuration.GetValue("Load:Rate", 150), 1, HighestRate);
    }

    public bool Running { get => _running; set => _running = value; }

    public int Rate { get => _rate; set => _rate = value; }
}
