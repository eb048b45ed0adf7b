namespace Playground.Web.Mutants;

/// <summary>The mutants over HTTP, below <c>/api</c> and, through the object model, below <c>/api/context</c>.</summary>
public static class MutantEndpoints
{
    private const int MostInOneBatch = 25;

    public static void MapMutants(this IEndpointRouteBuilder routes, IMutants mutants)
    {
        var group = routes.MapGroup("/mutants");
        group.MapPost("/table", (Calls calls, CancellationToken ct) =>
            calls.AnswerAsync(() => mutants.CreateTableAsync(ct)));
        group.MapDelete("/table", (Calls calls, CancellationToken ct) =>
            calls.AnswerAsync(() => mutants.DeleteTableAsync(ct)));
        group.MapPost("", (Mutant[] batch, Calls calls, CancellationToken ct) =>
            Fits(batch.Length) is { } refusal ? Task.FromResult(refusal) : calls.AnswerAsync(() => mutants.WriteAsync(batch, ct)));
        group.MapGet("", (string[] lastName, Calls calls, CancellationToken ct) =>
            Fits(lastName.Length) is { } refusal ? Task.FromResult(refusal) : calls.AnswerAsync(() => mutants.GetAsync(lastName, ct)));
    }

    private static IResult? Fits(int length) => length is >= 1 and <= MostInOneBatch
        ? null
        : Results.BadRequest(new Refusal($"A batch here has 1 to {MostInOneBatch} mutants; this one has {length}."));
}
