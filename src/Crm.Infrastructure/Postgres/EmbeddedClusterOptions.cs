namespace Crm.Infrastructure.Postgres;

public sealed record EmbeddedClusterOptions
{
    /// <summary>Absolute; the cluster is its sub-folder <c>postgres</c>.</summary>
    public required string DataDir { get; init; }

    /// <summary>False only for clusters that are thrown away: nothing then waits for the disk, and a power cut may lose everything.</summary>
    public bool Fsync { get; init; } = true;

    public int MaxConnections { get; init; } = 200;

    /// <summary>Recovery after a crash is part of the start.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromMinutes(2);
}
