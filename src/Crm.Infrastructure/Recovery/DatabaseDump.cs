using Crm.Infrastructure.Postgres;
using Npgsql;

namespace Crm.Infrastructure.Recovery;

/// <summary>
/// pg_dump and pg_restore as the owner of the schema, who is bound by row-level security: <c>--enable-row-security</c> lets both work
/// within it. That he sees every row <see cref="DumpSnapshot"/> has made sure of.
/// </summary>
internal sealed class DatabaseDump(PostgresPrograms programs, string owner)
{
    // Both are made beforehand with the rights of crm_reader, who cannot be given a view in a schema he may not create in; pg_restore
    // would give him that right last. Comments of extensions are their owners', who may be others here.
    private static readonly string[] LeftOut = [" SCHEMA - crm ", " SCHEMA - crm_read ", " COMMENT - EXTENSION "];

    // Row-level security last of all: while other entries are made several at a time, a foreign key would be checked against a table whose
    // rows nobody may see yet.
    private static readonly string[] Last = [" ROW SECURITY ", " POLICY "];

    private readonly IReadOnlyDictionary<string, string> _settings = PsqlStart.Settings(owner);

    /// <summary>Writes the database as the snapshot sees it, in pg_dump's own format.</summary>
    public async Task WriteAsync(Stream to, string snapshot, CancellationToken ct)
    {
        // Level 3: a quarter larger than the default, in half the time.
        var dumped = await PostgresPrograms.RunAsync(programs.PathOf("pg_dump"),
            ["--format=custom", "--compress=3", "--enable-row-security", $"--snapshot={snapshot}", "--lock-wait-timeout=60s", "--no-password"], environment: _settings, into: to, ct: ct);
        if (dumped.ExitCode != 0) throw new StartupException($"The database could not be backed up:\n{dumped.Text}");
    }

    /// <summary>Makes everything a dump holds in an empty database, several tables at a time.</summary>
    public async Task RestoreAsync(string dump, CancellationToken ct)
    {
        var restore = programs.PathOf("pg_restore");
        var listed = await PostgresPrograms.RunAsync(restore, ["--list", dump], ct: ct);
        if (listed.ExitCode != 0) throw new StartupException($"The dump in the backup cannot be read:\n{listed.Text}");
        var entries = listed.Output.Split('\n').Where(line => !LeftOut.Any(line.Contains)).ToLookup(line => Last.Any(line.Contains));
        await RestoreAsync(restore, dump, entries[false], Math.Clamp(Environment.ProcessorCount, 1, 8), ct);
        await RestoreAsync(restore, dump, entries[true], jobs: 1, ct);
    }

    private async Task RestoreAsync(string restore, string dump, IEnumerable<string> entries, int jobs, CancellationToken ct)
    {
        var list = dump + ".list";
        await File.WriteAllLinesAsync(list, entries, ct);
        var restored = await PostgresPrograms.RunAsync(restore,
            [$"--dbname={new NpgsqlConnectionStringBuilder(owner).Database}", "--enable-row-security", "--exit-on-error", $"--use-list={list}", $"--jobs={jobs}", "--no-password", dump],
            environment: _settings, ct: ct);
        if (restored.ExitCode != 0) throw new StartupException($"The database could not be restored:\n{restored.Text}");
    }
}
