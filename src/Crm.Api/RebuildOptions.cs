namespace Crm.Api;

/// <summary>What <c>./run rebuild</c> is given.</summary>
/// <param name="Tenant">The only tenant to rebuild, or null for all.</param>
/// <param name="IsDryRun">Whether to tell what differs and change nothing.</param>
internal sealed record RebuildOptions(Guid? Tenant, bool IsDryRun)
{
    /// <summary>The options, or null when they are none.</summary>
    public static RebuildOptions? Parse(string[] args) => args switch
    {
        [] => new RebuildOptions(null, false),
        ["--dry-run", .. var rest] => Parse(rest) is { IsDryRun: false } options ? options with { IsDryRun = true } : null,
        ["--tenant", var id, .. var rest] => Guid.TryParse(id, out var tenant) && Parse(rest) is { Tenant: null } options ? options with { Tenant = tenant } : null,
        _ => null,
    };
}
