using System.Text.Json.Nodes;

namespace Crm.Scale;

/// <summary>The largest organization of a database, and what it can be asked for.</summary>
internal sealed class Target
{
    private const int Samples = 200, PageSize = 50;

    private Target(Tenant tenant, string[] ids, string[] words, string[] cursors) => (Tenant, Ids, Words, Cursors) = (tenant, ids, words, cursors);

    public Tenant Tenant { get; }

    /// <summary>Ids of leads, from anywhere.</summary>
    public string[] Ids { get; }

    /// <summary>Words that one lead has.</summary>
    public string[] Words { get; }

    /// <summary>Cursors of pages deep in the list.</summary>
    public string[] Cursors { get; }

    /// <summary>Walks to the page and takes samples.</summary>
    public static async Task<Target> OfAsync(Instance instance, int page)
    {
        var tenant = await Tenant.EnterAsync(instance, 1);
        await using var database = instance.Database();
        await using var command = database.CreateCommand($"select id::text, split_part(email, '@', 1) from crm.leads where tenant_id = $1 and email is not null and deleted_at is null order by md5(id::text) limit {Samples}");
        command.Parameters.Add(new() { Value = tenant.Id });
        var (ids, words) = (new List<string>(), new List<string>());
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                ids.Add(reader.GetString(0));
                words.Add(reader.GetString(1));
            }
        }
        // A cursor is a place, not a page: it may be walked to in larger steps.
        var cursor = "";
        for (var left = (page - 1) * PageSize; left > 0;)
        {
            var take = Math.Min(left, 200);
            cursor = await NextAsync(tenant, take, cursor);
            left -= take;
        }
        var cursors = new List<string>();
        for (var i = 0; i < 10; i++)
        {
            cursors.Add(cursor);
            cursor = await NextAsync(tenant, 20, cursor);
        }
        return new Target(tenant, [.. ids], [.. words], [.. cursors]);
    }

    private static async Task<string> NextAsync(Tenant tenant, int take, string cursor) =>
        (string)((JsonObject)(await tenant.GetAsync($"/leads?take={take}&fields=id&count=none{(cursor.Length > 0 ? "&cursor=" + cursor : "")}"))["meta"]!)["nextCursor"]!;
}
