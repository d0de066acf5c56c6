using System.Diagnostics;
using Crm.Application.Abstractions;
using Crm.Application.Behaviors;

namespace Crm.Infrastructure.Reading;

/// <summary>Times every read under the name of its use case; a slow one is logged with its plan.</summary>
internal sealed class ObservedReadDb(ReadDb reads, CurrentUseCase useCase, SlowQueryLog slow) : IReadDb
{
    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        var rows = await reads.QueryAsync<T>(sql, parameters, ct);
        var elapsed = QueryMetrics.Record(useCase.Name, "read", started);
        if (slow.Wants(sql, elapsed)) await slow.WriteAsync(useCase.Name, sql, elapsed, explain => reads.QueryAsync<string>(explain, parameters, ct));
        return rows;
    }

    public async Task<T?> FirstOrDefaultAsync<T>(string sql, object? parameters, CancellationToken ct)
    {
        var rows = await QueryAsync<T>(sql, parameters, ct);
        return rows.Count > 0 ? rows[0] : default;
    }

    public async Task<IReadOnlyList<IReadOnlyList<object?[]>>> RowsAsync(string sql, IReadOnlyDictionary<string, object?> parameters, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        var results = await reads.RowsAsync(sql, parameters, ct);
        var elapsed = QueryMetrics.Record(useCase.Name, "read", started);
        if (slow.Wants(sql, elapsed))
            await slow.WriteAsync(useCase.Name, sql, elapsed, async explain =>
                [.. (await reads.RowsAsync(explain, parameters, ct)).SelectMany(plan => plan).Select(line => line[0]?.ToString() ?? "")]);
        return results;
    }
}
