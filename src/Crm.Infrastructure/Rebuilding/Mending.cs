using System.Data;
using Crm.Infrastructure.Verification;
using Npgsql;

namespace Crm.Infrastructure.Rebuilding;

/// <summary>One read model of one tenant while it is mended.</summary>
/// <param name="Keeps">False to do all of it and keep nothing: what would be mended is counted as it really would be.</param>
internal sealed record Mending(NpgsqlDataSource Source, Guid TenantId, bool Keeps, RebuildReport Report)
{
    /// <summary>How many records are held at once.</summary>
    internal const int Piece = 500;

    private const int Tries = 5;

    // Two who rebuild at once would each make up for the same difference.
    private const string Alone = "select pg_advisory_xact_lock(hashtextextended(@TenantId::text || 'rebuild', 0))";

    /// <summary>
    /// One transaction, each of whose statements sees what was committed before it. Begun anew when it was in somebody's way, so what is given changes nothing but rows.
    /// </summary>
    public async Task<T> InOneAsync<T>(Func<TenantRows, Task<T>> act, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            await using var rows = await TenantRows.OpenAsync(Source, TenantId, IsolationLevel.ReadCommitted, ct);
            try
            {
                await rows.ExecuteAsync(Alone, null, ct);
                var done = await act(rows);
                if (Keeps) await rows.Transaction.CommitAsync(ct);
                return done;
            }
            catch (PostgresException e) when (attempt < Tries && e.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure)
            {
                // The others go first.
            }
        }
    }

    /// <summary>
    /// Goes along the records that differ, in the order of their ids: <paramref name="differing"/> finds the next ones after <c>@After</c>, <c>@Piece</c> at most, without holding
    /// anything; <paramref name="mend"/> holds <c>@Ids</c> in that order and computes them anew from what is there by then.
    /// </summary>
    public async Task ByIdAsync(string differing, string mend, object? parameters, CancellationToken ct)
    {
        for (Guid? after = Guid.Empty; after is { } from;)
        {
            var ids = await InOneAsync(async rows =>
            {
                var found = (await rows.QueryAsync<Guid>(differing, With(parameters, new { After = from, Piece }), ct)).ToArray();
                if (found.Length > 0) await rows.ExecuteAsync(mend, With(parameters, new { Ids = found }), ct);
                return found;
            }, ct);
            Report.Mended(ids.Length);
            after = ids.Length == Piece ? ids[^1] : null;
        }
    }

    private static Dapper.DynamicParameters With(object? some, object more)
    {
        var all = new Dapper.DynamicParameters(some);
        all.AddDynamicParams(more);
        return all;
    }
}
