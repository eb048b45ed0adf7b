using Amazon.DynamoDBv2.DataModel;

namespace Playground.Web.Mutants;

/// <summary>The same with the object model, <see cref="IDynamoDBContext"/>.</summary>
public sealed class MutantContext(IDynamoDBContext context, MutantTable tables) : IMutants
{
    public Task<bool> CreateTableAsync(CancellationToken cancellationToken) => tables.CreateTableAsync(cancellationToken);

    public Task<bool> DeleteTableAsync(CancellationToken cancellationToken) => tables.DeleteTableAsync(cancellationToken);

    public Task WriteAsync(IReadOnlyList<Mutant> mutants, CancellationToken cancellationToken)
    {
        var batch = context.CreateBatchWrite<MutantRow>();
        batch.AddPutItems(mutants.Select(mutant => new MutantRow { LastName = mutant.LastName, FirstName = mutant.FirstName, Address = mutant.Address }));
        return batch.ExecuteAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<Mutant>> GetAsync(IReadOnlyList<string> lastNames, CancellationToken cancellationToken)
    {
        var batch = context.CreateBatchGet<MutantRow>();
        foreach (var lastName in lastNames)
            batch.AddKey(lastName);
        await batch.ExecuteAsync(cancellationToken);
        return [.. batch.Results.Select(row => new Mutant(row.LastName, row.FirstName, row.Address))];
    }

    [DynamoDBTable(MutantTable.Table)]
    public sealed class MutantRow
    {
        [DynamoDBHashKey("last_name")]
        public string LastName { get; set; } = "";

        [DynamoDBProperty("first_name")]
        public string? FirstName { get; set; }

        [DynamoDBProperty("address")]
        public string? Address { get; set; }
    }
}
