using Dapper;
using Npgsql;

namespace Crm.Api.Tests.Fixture;

/// <summary>What tests do with recurring work.</summary>
internal static class ScheduleIntents
{
    /// <summary>Lets a schedule be due now, for every tenant, as if it had never run and nobody held it: what was done before must still not be done twice.</summary>
    public static Task DueAsync(this NpgsqlConnection connection, string schedule) => connection.ExecuteAsync("""
        delete from crm.schedule_turns where schedule = @schedule;
        update crm.schedules set last_due = null, next_due = now() - interval '1 minute', next_try_at = null, holder = null, held_until = null where name = @schedule;
        """, new { schedule });

    /// <summary>Waits until somebody runs what is due, or has run it.</summary>
    public static Task TakenAsync(this NpgsqlConnection connection, string schedule) => HoldsAsync(connection, "holder is not null or last_due is not null", schedule, "nobody runs it");

    /// <summary>Waits until somebody has run what is due.</summary>
    public static Task RunAsync(this NpgsqlConnection connection, string schedule) => HoldsAsync(connection, "holder is null and last_due is not null", schedule, "it is not run to its end");

    private static Task HoldsAsync(NpgsqlConnection connection, string condition, string schedule, string otherwise) =>
        Eventually.Async(() => connection.QuerySingleAsync<bool>($"select {condition} from crm.schedules where name = @schedule", new { schedule }), otherwise);
}
