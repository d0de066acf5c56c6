using System.Globalization;

namespace Crm.Baseline;

/// <summary>Writes the measured statements as pgbench scripts, one per sample, and one of each as text to explain.</summary>
internal static class Scripts
{
    private const int Samples = 60;

    public static int Write(string folder, BaselineCaller caller, string samples)
    {
        var statements = new Statements(caller);
        var tenant = Quoted(caller.TenantText) + "::uuid";
        var number = 0;
        foreach (var line in File.ReadLines(samples).Take(Samples))
        {
            var (id, words) = (line.Split('\t')[0], line.Split('\t')[1]);
            var status = ((string[])["NEW", "CONTACTED", "QUALIFIED", "UNQUALIFIED", "LOST"])[number % 5];
            var one = Fill(statements.One, tenant, Quoted(id) + "::uuid");
            var list = Fill(statements.List, tenant, Quoted(status), (number * 100).ToString(CultureInfo.InvariantCulture) + "::numeric", "51");
            var search = Fill(statements.Search, tenant, Quoted(words), "51");
            foreach (var (kind, sql) in ((string, string)[])[("read", one), ("list", list), ("search", search)])
            {
                File.WriteAllText(Path.Combine(folder, $"{kind}.{number}.pgbench"), $"\\startpipeline\n{(kind == "read" ? SetTenant(caller) : SetTenantForList(caller))};\n{sql};\n\\endpipeline\n");
                if (number == 0) File.WriteAllText(Path.Combine(folder, $"{kind}.explain"), sql);
            }
            number++;
        }
        File.WriteAllText(Path.Combine(folder, "create.0.pgbench"), CreateScript(caller, tenant, Fill(statements.One, tenant, "md5(:a::text || :b)::uuid")));
        return 0;
    }

    private static string CreateScript(BaselineCaller caller, string tenant, string read)
    {
        var user = Quoted(caller.UserId.ToString()) + "::uuid";
        string[] lead =
        [
            tenant, "md5(:a::text || :b)::uuid", "'Byron Ltd'", "null", "now()", user, "null", "null", "null", "null", "'lead' || :a || '@example.com'", "null", "'Buyer'", "'Ada Byron'",
            "'Asked for an offer of 20 seats.'", user, "'+44 20 7946 0000'", "'442079460000'", "50", "'WEBSITE'", "'NEW'", "'{fair,2026}'", "null", "now()", user, "1250.50", "'EUR'", "1", "null",
        ];
        string[] happened =
        [
            tenant, "gen_random_uuid()", user, "'USER'", "md5(:a::text || :b)::uuid", "'lead'", "'bench'", "null", "'bench'", "jsonb_build_object('id', :a::text)", "1", "0", "now()", user, "'bench'", "'127.0.0.1'",
            Quoted("""{"name": "Ada Byron","email": "ada@example.com","phone": "+44 20 7946 0000","company": "Byron Ltd","jobTitle": "Buyer","website": null,"status": "NEW","source": "WEBSITE","value": {"amount": 1250.50,"currency": "EUR"},"ownerId": null,"score": 50,"notes": "Asked for an offer of 20 seats.","tags": ["fair","2026"],"externalId": null,"convertedAt": null,"customerId": null,"dealId": null}""") + "::jsonb",
            "null", "'lead.created'", "1",
        ];
        return $"""
            \set a random(1, 9223372036854775806)
            \set b random(1, 9223372036854775806)
            begin;
            {SetTenant(caller)};
            \startpipeline
            {Fill(new Statement(Create.InsertLead, lead), lead)};
            {Fill(new Statement(Create.InsertEvent, happened), happened)};
            \endpipeline
            {read};
            commit;

            """;
    }

    private static string SetTenant(BaselineCaller caller) => Statements.SetTenant.Replace("$1", Quoted(caller.TenantText), StringComparison.Ordinal);

    private static string SetTenantForList(BaselineCaller caller) => Statements.SetTenantForList.Replace("$1", Quoted(caller.TenantText), StringComparison.Ordinal);

    private static string Fill(Statement statement, params string[] values)
    {
        var sql = statement.Text;
        for (var i = statement.Names.Count; i > 0; i--) sql = sql.Replace($"${i}", values[i - 1], StringComparison.Ordinal);
        return sql;
    }

    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
