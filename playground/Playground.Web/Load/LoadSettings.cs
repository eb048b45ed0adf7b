namespace Playground.Web.Load;

/// <summary>What a person asked of the load: whether it runs, how many requests per second, and when (Unix milliseconds; 0 when nobody asked yet).</summary>
public sealed record LoadWish(bool Running, int Rate, long At);

/// <summary>Whether the page's load runs, and how many requests per second it sends. Both change while it runs; of two wishes the later one counts.</summary>
public sealed class LoadSettings
{
    public const int HighestRate = 1000;

    private volatile LoadWish _wish;

    public LoadSettings(IConfiguration configuration) => _wish = new(
        configuration.GetValue("Load:Running", true),
        Math.Clamp(configuration.GetValue("Load:Rate", 150), 1, HighestRate),
        0);

    public LoadWish Wish { get => _wish; set => _wish = value; }

    public bool Running => _wish.Running;

    public int Rate => _wish.Rate;
}
