using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Crm.Domain.Common;
using Crm.Infrastructure.Postgres;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Crm.Infrastructure.Reading;

/// <summary>From what duration a read is slow. Zero logs none.</summary>
internal sealed record SlowQuerySettings(TimeSpan From)
{
    private const int Default = 500;

    /// <exception cref="StartupException">The setting is no whole number of milliseconds.</exception>
    public static SlowQuerySettings Read(IConfiguration configuration)
    {
        var text = configuration["SlowQueries:Milliseconds"];
        if (string.IsNullOrWhiteSpace(text)) return new SlowQuerySettings(TimeSpan.FromMilliseconds(Default));
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            ? new SlowQuerySettings(TimeSpan.FromMilliseconds(milliseconds))
            : throw new StartupException("SlowQueries__Milliseconds must be a whole number of milliseconds; 0 switches the log of slow queries off.");
    }
}

/// <summary>
/// Logs reads that took too long: use case, statement and the plan that the database would choose for the same values, asked for
/// again as plain <c>explain</c>, which runs nothing. Values never reach the log: the statement has parameters only, and the
/// literals that a plan repeats are blotted out. The same statement is logged once a minute at most, so a slow day does not
/// drown the log.
/// </summary>
internal sealed partial class SlowQueryLog(SlowQuerySettings settings, TimeProvider clock, ILogger<SlowQueryLog> logger)
{
    private const int MaxKept = 1_000;
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _logged = new(StringComparer.Ordinal);

    /// <summary>Whether this read is to be logged; the answer is yes once a minute.</summary>
    public bool Wants(string sql, TimeSpan elapsed)
    {
        if (settings.From == TimeSpan.Zero || elapsed < settings.From) return false;
        var now = clock.GetUtcNow();
        if (_logged.TryGetValue(sql, out var last) && now - last < Quiet) return false;
        if (_logged.Count >= MaxKept) _logged.Clear();
        _logged[sql] = now;
        return true;
    }

    /// <summary>Writes the line. Whatever the plan costs or breaks, the read itself has its answer already.</summary>
    public async Task WriteAsync(string useCase, string sql, TimeSpan elapsed, Func<string, Task<IReadOnlyList<string>>> explain)
    {
        IReadOnlyList<string> plan;
        try
        {
            plan = await explain(SqlBatch.Explained(sql));
        }
        catch (Exception e) when (e is CrmException or Npgsql.NpgsqlException or OperationCanceledException)
        {
            plan = ["no plan: " + e.GetType().Name];
        }
        Slow(useCase, (long)elapsed.TotalMilliseconds, sql, Blotted(string.Join('\n', plan)));
    }

    /// <summary>The plan without the values in it.</summary>
    internal static string Blotted(string plan) => Literals().Replace(plan, "'?'");

    [LoggerMessage(LogLevel.Warning, "Slow query of {UseCase}: {Milliseconds} ms\n{Sql}\n{Plan}")]
    private partial void Slow(string useCase, long milliseconds, string sql, string plan);

    [GeneratedRegex("'(?:[^']|'')*'")]
    private static partial Regex Literals();
}
