namespace Crm.Infrastructure.Rebuilding;

/// <summary>
/// Something the service keeps beside its records because reading it is faster than computing it, and that follows from them alone. Mending it twice is mending it
/// once: each change is computed from what is there when it is made, so it may be interrupted anywhere and begun again.
/// </summary>
internal interface IReadModel
{
    /// <summary>What it is, as a noun.</summary>
    string Name { get; }

    /// <summary>Makes one tenant's part what it should be, in transactions that hold a few hundred rows at most, while others write.</summary>
    Task MendAsync(Mending mending, CancellationToken ct);
}
