using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;
using Npgsql;

namespace Crm.Infrastructure.Reading;

/// <summary>
/// SQL as the driver wants it: statements apart and named parameters by position. Worked out once per text; lists are asked for far
/// more often than in new forms.
/// </summary>
internal sealed partial class SqlBatch
{
    private const int MaxKept = 2_000;
    private static readonly ConcurrentDictionary<string, SqlBatch> Kept = new(StringComparer.Ordinal);
    private readonly List<(string Text, string[] Parameters)> _statements = [];

    private SqlBatch(string sql)
    {
        var (text, names, from) = (new StringBuilder(), new List<string>(), 0);
        foreach (Match token in Tokens().Matches(sql))
        {
            if (!token.Groups["name"].Success && !token.Groups["end"].Success) continue;
            text.Append(sql, from, token.Index - from);
            from = token.Index + token.Length;
            if (token.Groups["end"].Success)
            {
                Add(text, names);
                continue;
            }
            var name = token.Groups["name"].Value;
            if (!names.Contains(name)) names.Add(name);
            text.Append('$').Append(names.IndexOf(name) + 1);
        }
        Add(text.Append(sql, from, sql.Length - from), names);
        IsList = sql.Contains(" order by ", StringComparison.Ordinal);
    }

    /// <summary>True when rows are looked for rather than read by key.</summary>
    public bool IsList { get; }

    /// <summary>The batch for this text.</summary>
    public static SqlBatch Of(string sql)
    {
        if (Kept.TryGetValue(sql, out var kept)) return kept;
        if (Kept.Count >= MaxKept) Kept.Clear();
        return Kept[sql] = new SqlBatch(sql);
    }

    /// <summary>The same statements as questions for their plans.</summary>
    public static string Explained(string sql)
    {
        var (text, from) = (new StringBuilder(), 0);
        foreach (Match end in Tokens().Matches(sql).Where(t => t.Groups["end"].Success).Append(Match.Empty))
        {
            var statement = end.Success ? sql[from..end.Index] : sql[from..];
            if (statement.Trim() is { Length: > 0 } asked) text.Append("explain ").Append(asked).Append(";\n");
            from = end.Index + end.Length;
        }
        return text.ToString();
    }

    /// <summary>Adds the statements with these values; <c>@TenantId</c> is ours to say.</summary>
    public void AddTo(NpgsqlBatch batch, Guid tenantId, IReadOnlyDictionary<string, object?> values)
    {
        foreach (var (text, names) in _statements)
        {
            var command = new NpgsqlBatchCommand(text);
            foreach (var name in names) command.Parameters.Add(name == "TenantId" ? new NpgsqlParameter<Guid> { TypedValue = tenantId } : Parameter(values[name]));
            batch.BatchCommands.Add(command);
        }
    }

    /// <summary>Typed where it is common: the driver then neither looks the type up nor boxes.</summary>
    public static NpgsqlParameter Parameter(object? value) => value switch
    {
        null => new NpgsqlParameter { Value = DBNull.Value },
        Guid id => new NpgsqlParameter<Guid> { TypedValue = id },
        string text => new NpgsqlParameter<string> { TypedValue = text },
        int number => new NpgsqlParameter<int> { TypedValue = number },
        _ => new NpgsqlParameter { Value = value },
    };

    private void Add(StringBuilder text, List<string> names)
    {
        var statement = text.ToString().Trim();
        if (statement.Length > 0) _statements.Add((statement, [.. names]));
        text.Clear();
        names.Clear();
    }

    [GeneratedRegex("""'(?:[^']|'')*'|"[^"]*"|@(?<name>[A-Za-z_]\w*)|(?<end>;)""")]
    private static partial Regex Tokens();
}
