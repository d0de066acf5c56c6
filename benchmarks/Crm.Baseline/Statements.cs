using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Crm.Application.Abstractions;
using Crm.Application.Leads;
using Crm.Application.Listing;
using Crm.Domain.Members;
using Crm.Domain.Tenants;

namespace Crm.Baseline;

/// <summary>The service's own SQL, with positional parameters: <c>$1</c> is the first name in <see cref="Statement.Names"/>.</summary>
internal sealed partial class Statements
{
    public const string SetTenant = "select set_config('app.tenant_id', $1, true)";

    /// <summary>What a list sends before it: it is planned for its values.</summary>
    public const string SetTenantForList = "select set_config('app.tenant_id', $1, true), set_config('plan_cache_mode', 'force_custom_plan', true)";

    public Statements(BaselineCaller caller)
    {
        var leads = new LeadResource();
        var profile = new TenantProfile("", "EUR", null, "en", "UTC", RecordVisibility.All, true);
        var owner = new Caller(caller.UserId, caller.TenantId, Role.Owner, null, FrozenSet<string>.Empty, profile);
        One = Positional(RecordSql.One(leads, leads.Fields));
        List = Positional(new ListSql(leads, Request("status", "NEW", "value[gte]", "0", "sort", "-createdAt"), owner).Page()[0]);
        var search = new ListSql(leads, Request("search", "x"), owner);
        (Search, Count) = (Positional(search.Page()[0]), Positional(search.Count(RecordReader.ExactUpTo + 1)));

        ListRequest Request(params string[] query) => ListParser.FromQuery(new ResourceMembers(leads), query.Chunk(2).Select(pair => KeyValuePair.Create(pair[0], pair[1])));
    }

    public Statement One { get; }

    public Statement List { get; }

    public Statement Search { get; }

    public Statement Count { get; }

    private static Statement Positional(string sql)
    {
        var names = new List<string>();
        var text = Parameter().Replace(sql, match =>
        {
            var index = names.IndexOf(match.Value);
            if (index < 0) names.Add(match.Value);
            return $"${(index < 0 ? names.Count : index + 1)}";
        });
        return new Statement(text, names);
    }

    [GeneratedRegex("@(?!@)(?<!@@)[A-Za-z]\\w*")]
    private static partial Regex Parameter();
}

/// <summary>One statement and the order of its parameters.</summary>
internal sealed record Statement(string Text, IReadOnlyList<string> Names)
{
    /// <summary>Refuses to go on when the service's SQL has changed its parameters.</summary>
    public Statement Takes(params string[] names) => names.SequenceEqual(Names)
        ? this
        : throw new InvalidOperationException($"The statement takes {string.Join(", ", Names)}, not {string.Join(", ", names)}: {Text}");
}
