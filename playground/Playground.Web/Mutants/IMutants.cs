namespace Playground.Web.Mutants;

/// <summary>An item of the table <c>mutant_data</c>, whose only key is the last name.</summary>
public sealed record Mutant(string LastName, string? FirstName, string? Address);

/// <summary>The mutants, written and read in batches, once with the low-level client and once with the object model.</summary>
public interface IMutants
{
    /// <summary>True when the table was made now, false when it was there.</summary>
    Task<bool> CreateTableAsync(CancellationToken cancellationToken);

    Task<bool> DeleteTableAsync(CancellationToken cancellationToken);

    Task WriteAsync(IReadOnlyList<Mutant> mutants, CancellationToken cancellationToken);

    /// <summary>Those of the given last names that are there, in no particular order.</summary>
    Task<IReadOnlyList<Mutant>> GetAsync(IReadOnlyList<string> lastNames, CancellationToken cancellationToken);
}
