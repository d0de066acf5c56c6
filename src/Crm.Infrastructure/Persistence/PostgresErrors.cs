using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using Crm.Domain.Common;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Crm.Infrastructure.Persistence;

/// <summary>The database asked for the whole command to be repeated (deadlock, serialization failure).</summary>
public sealed class RepeatCommandException(Exception cause) : Exception("The command must be repeated.", cause);

/// <summary>Turns what PostgreSQL refuses into what the caller is told, by SQLSTATE and constraint name.</summary>
public static partial class PostgresErrors
{
    /// <summary>The refusal, or null when the exception is not the database's.</summary>
    public static Exception? Translate(Exception exception) => exception switch
    {
        CrmException or RepeatCommandException => null,
        DbUpdateException { InnerException: { } inner } => Translate(inner),
        // What EF takes for transient (a deadlock, a lost connection) it wraps once more.
        InvalidOperationException { InnerException: NpgsqlException or DbUpdateException } wrapped => Translate(wrapped.InnerException!),
        PostgresException postgres => Translate(postgres),
        NpgsqlException or SocketException or TimeoutException => Unavailable(),
        _ => null,
    };

    /// <summary>When it is worth trying again where nobody knows better.</summary>
    public static readonly TimeSpan SoonAgain = TimeSpan.FromSeconds(2);

    /// <summary>503: try again soon.</summary>
    public static CrmException Unavailable() =>
        new(ErrorKind.Unavailable, "UNAVAILABLE", "The database is not available at the moment.") { RetryAfter = SoonAgain };

    /// <summary>The table and column an error is about, from the constraint's name (ux_customers_email), wherever the server put it.</summary>
    public static (string Kind, string Name)? Constraint(PostgresException error)
    {
        var name = string.IsNullOrEmpty(error.ConstraintName) ? Quoted().Match(error.MessageText).Groups[1].Value : error.ConstraintName;
        var match = Convention().Match(name);
        return match.Success ? (match.Groups[1].Value, match.Groups[2].Value) : null;
    }

    /// <summary>The member a constraint's column stands for.</summary>
    public static string Member(string constraint, string? table)
    {
        var column = table is not null && constraint.StartsWith(table + "_", StringComparison.Ordinal) ? constraint[(table.Length + 1)..] : constraint;
        return JsonNamingPolicy.CamelCase.ConvertName(string.Concat(column.Split('_').Select((part, i) => i == 0 ? part : char.ToUpperInvariant(part[0]) + part[1..])));
    }

    // A session or a server that ended over a statement says nothing about the statement.
    private static Exception Translate(PostgresException error) => error.InvariantSeverity is "FATAL" or "PANIC" ? Unavailable() : error.SqlState switch
    {
        PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure => new RepeatCommandException(error),
        PostgresErrorCodes.UniqueViolation => Duplicate(error, null),
        PostgresErrorCodes.ExclusionViolation => Overlapping(error),
        PostgresErrorCodes.ForeignKeyViolation => CrmException.Unprocessable(MemberOf(error), "refers to what is not there"),
        PostgresErrorCodes.CheckViolation or PostgresErrorCodes.NotNullViolation => CrmException.Validation(MemberOf(error), "is out of range"),
        PostgresErrorCodes.LockNotAvailable => Unavailable(),
        ['2', '2', ..] or PostgresErrorCodes.ProgramLimitExceeded => CrmException.Validation("$", "a value is out of the range that can be kept"),
        // Connection lost, no resources (memory, connections, disk), an operator's intervention, an error of the system around it.
        ['0', '8', ..] or ['5', '3', ..] or ['5', '7', ..] or ['5', '8', ..] => Unavailable(),
        _ => error,
    };

    /// <summary>409 DUPLICATE naming the member.</summary>
    public static CrmException Duplicate(PostgresException error, Guid? existingId)
    {
        var member = MemberOf(error);
        return new CrmException(ErrorKind.Conflict, "DUPLICATE", $"Another record has the same {member}.",
            new Dictionary<string, string[]> { [member] = ["is taken by another record"] })
        { ExistingId = existingId };
    }

    /// <summary>409 DUPLICATE: another record holds the place, or a part of it, at the same time.</summary>
    private static CrmException Overlapping(PostgresException error) => new(ErrorKind.Conflict, "DUPLICATE", "Another record holds the same place, or a part of it, at the same time.",
        new Dictionary<string, string[]> { [MemberOf(error)] = ["overlaps another record"] });

    private static string MemberOf(PostgresException error) => Constraint(error) is { } constraint ? Member(constraint.Name, error.TableName) : "$";

    [GeneratedRegex("constraint \"([^\"]+)\"")]
    private static partial Regex Quoted();

    // A distributed table's shards carry the constraint's name with the shard's number behind it.
    [GeneratedRegex(@"^(ux|fk|ck|ix)_(.+?)(?:_\d+)?$")]
    private static partial Regex Convention();
}
