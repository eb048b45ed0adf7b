using Amazon.Runtime;
using Playground.Web.Load;
using Playground.Web.Measurements;

namespace Playground.Web;

/// <summary>
/// Runs what a person asked for on the page, and answers with its result, the node that served it and the time it took.
/// Failures count like those of the load; a refusal by the server (4xx) is the person's to correct and does not.
/// </summary>
public sealed class Calls(RequestCounter counter, Traffic traffic, TimeProvider time)
{
    public Task<IResult> AnswerAsync(Func<Task> call) => AnswerAsync<object?>(async () =>
    {
        await call();
        return null;
    });

    public async Task<IResult> AnswerAsync<T>(Func<Task<T>> call)
    {
        var started = time.GetTimestamp();
        using var served = traffic.Follow();
        try
        {
            var result = await call();
            counter.Answered();
            return Results.Ok(new Answer<T>(result, served.By, time.GetElapsedTime(started).TotalMilliseconds));
        }
        catch (AmazonServiceException refusal) when ((int)refusal.StatusCode is >= 400 and < 500)
        {
            counter.Answered();
            return Results.Json(new Refusal($"{refusal.ErrorCode}: {refusal.Message}"), statusCode: (int)refusal.StatusCode);
        }
        catch (AmazonClientException failure)
        {
            counter.FailedWith(failure);
            return Results.Json(new Refusal(failure.Message), statusCode: StatusCodes.Status502BadGateway);
        }
    }
}

/// <summary>A result, the node that served the last request made for it, and the time that all of them took.</summary>
public sealed record Answer<T>(T Result, string? ServedBy, double Milliseconds);
