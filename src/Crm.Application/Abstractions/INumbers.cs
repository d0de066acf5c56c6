namespace Crm.Application.Abstractions;

/// <summary>The tenant's running numbers.</summary>
public interface INumbers
{
    /// <summary>
    /// The next number of a sequence, from 1. Taken in the command's transaction: a command that fails gives its number back, and of two
    /// commands at once the second waits for the first.
    /// </summary>
    Task<long> NextAsync(string sequence, CancellationToken ct);
}
