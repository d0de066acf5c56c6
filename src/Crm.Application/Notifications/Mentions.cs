using System.Text.Json;
using System.Text.RegularExpressions;
using Crm.Application.Abstractions;
using Crm.Application.Events;
using Crm.Application.Resources;

namespace Crm.Application.Notifications;

/// <summary>
/// Finds whom a text names: <c>@[Full Name](member-id)</c>, as a client writes it that lets the user choose, or <c>@ada@example.com</c>, as one types it. Texts are a record's
/// notes, description and body; of a changed record only who was not named before is told.
/// </summary>
public sealed partial class Mentions(IReadDb db) : ISharedByUseCases
{
    // More is a mailing list and no mention.
    private const int Most = 50;
    private const int Around = 120;
    private static readonly string[] Texts = ["notes", "description", "body"];
    private static readonly string[] Names = ["title", "subject", "name", "lastName"];

    private const string Before = """
        select e.state::text from crm_read.events e
        where e.tenant_id = @TenantId and e.aggregate_id = @Id and e.version < @Version and e.state is not null order by e.version desc, e.n desc limit 1
        """;

    private const string Members = """
        select m.id as Id, m.email as Email from crm_read.members m
        where m.tenant_id = @TenantId and (m.id = any(@Ids) or m.email = any(@Emails)) and m.deleted_at is null and m.is_active
        """;

    /// <summary>A notice for each member who is named in the record, and was not in the version before.</summary>
    public async Task<IReadOnlyList<Notice>> FindAsync(LogEvent e, JsonElement record, Resource resource, CancellationToken ct)
    {
        var named = In(record);
        if (named.Count == 0) return [];
        if (e.Version > 1 && await db.FirstOrDefaultAsync<string>(Before, new { Id = e.AggregateId, e.Version }, ct) is { } state)
        {
            using var before = JsonDocument.Parse(state);
            foreach (var known in In(before.RootElement).Keys) named.Remove(known);
            if (named.Count == 0) return [];
        }
        var ids = named.Keys.Select(key => Guid.TryParse(key, out var id) ? id : Guid.Empty).Where(id => id != Guid.Empty).ToArray();
        var members = await db.QueryAsync<Member>(Members, new { Ids = ids, Emails = named.Keys.ToArray() }, ct);
        var title = Names.Select(name => TextOf(record, name)).FirstOrDefault(text => text is not null) ?? resource.Singular;
        return [.. members.Select(m => new Notice(m.Id, NotificationKinds.Mention, title, named.GetValueOrDefault(m.Id.ToString()) ?? named.GetValueOrDefault(m.Email), resource.Name, e.AggregateId, e.Id))];
    }

    /// <summary>Who is named, by id or e-mail, in lower case, and the text around it.</summary>
    private static Dictionary<string, string> In(JsonElement record)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in Texts.Select(name => TextOf(record, name)))
            if (text is not null && text.Contains('@'))
                foreach (Match mention in Mention().Matches(text))
                    if (found.Count < Most) found.TryAdd((mention.Groups["id"] is { Success: true } id ? id : mention.Groups["email"]).Value.ToLowerInvariant(), Excerpt(text, mention));
        return found;
    }

    private static string Excerpt(string text, Match mention)
    {
        var (from, to) = (Math.Max(0, mention.Index - Around), Math.Min(text.Length, mention.Index + mention.Length + Around));
        if (from > 0 && char.IsLowSurrogate(text[from])) from++;
        if (to < text.Length && char.IsLowSurrogate(text[to])) to--;
        return $"{(from > 0 ? "…" : "")}{text[from..to]}{(to < text.Length ? "…" : "")}";
    }

    private static string? TextOf(JsonElement record, string name) => record.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;

    [GeneratedRegex(@"(?<![\p{L}\p{N}._%+@-])@(?:\[[^\]\r\n]{1,300}\]\((?<id>[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})\)|(?<email>[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}))",
        RegexOptions.CultureInvariant)]
    private static partial Regex Mention();

    private sealed record Member(Guid Id, string Email);
}
