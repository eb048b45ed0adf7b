namespace Playground.Web.Load;

/// <summary>Switches the load and sets its rate.</summary>
public static class LoadEndpoints
{
    public static void MapLoad(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/load", (LoadChange change, LoadSettings settings, TimeProvider time) =>
        {
            if (change.Rate is < 1 or > LoadSettings.HighestRate)
                return Results.BadRequest(new Refusal($"rate is requests per second, 1 to {LoadSettings.HighestRate}; {change.Rate} is not."));
            settings.Wish = new(change.Running ?? settings.Running, change.Rate ?? settings.Rate, time.GetUtcNow().ToUnixTimeMilliseconds());
            return Results.Ok(new LoadChange(settings.Running, settings.Rate));
        });

    /// <summary>What is absent stays as it is.</summary>
    public sealed record LoadChange(bool? Running, int? Rate);
}
