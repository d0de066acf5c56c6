using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Npgsql;

namespace Crm.Baseline;

/// <summary>One lead, a list, a search: one round trip each (a second one for the total of a search that fills its page).</summary>
internal sealed class Reads(NpgsqlDataSource source, Statements statements, BaselineCaller caller)
{
    public const string Path = "/api/v1/leads";
    private const int Take = 50;
    private readonly Statement _one = statements.One.Takes("@TenantId", "@Id");
    private readonly Statement _list = statements.List.Takes("@TenantId", "@p0", "@p1", "@Limit");
    private readonly Statement _search = statements.Search.Takes("@TenantId", "@p0", "@Limit");
    private readonly Statement _count = statements.Count.Takes("@TenantId", "@p0");

    public async Task OneAsync(HttpContext http)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var batch = Batch(connection, _one.Text);
        var parameters = batch.BatchCommands[1].Parameters;
        parameters.Add(new NpgsqlParameter<Guid> { TypedValue = Guid.Parse(http.Request.Path.Value.AsSpan(Path.Length + 1)) });
        await using var row = await batch.ExecuteReaderAsync();
        await row.NextResultAsync();
        if (!await row.ReadAsync())
        {
            http.Response.StatusCode = 404;
            return;
        }
        http.Response.ContentType = "application/json; charset=utf-8";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter, LeadJson.Options);
        json.WriteStartObject();
        json.WriteBoolean("success"u8, true);
        json.WritePropertyName("data"u8);
        LeadJson.Write(json, row);
        json.WriteNull("message"u8);
        json.WriteEndObject();
    }

    public async Task ListAsync(HttpContext http)
    {
        var query = http.Request.Query;
        await using var connection = await source.OpenConnectionAsync();
        await using var batch = Batch(connection, _list.Text);
        var parameters = batch.BatchCommands[1].Parameters;
        parameters.Add(new NpgsqlParameter<string> { TypedValue = query["status"]! });
        parameters.Add(new NpgsqlParameter<decimal> { TypedValue = decimal.Parse(query["value[gte]"]!, CultureInfo.InvariantCulture) });
        parameters.Add(new NpgsqlParameter<int> { TypedValue = Take + 1 });
        await PageAsync(http, connection, batch, null);
    }

    public async Task SearchAsync(HttpContext http)
    {
        var words = http.Request.Query["search"].ToString();
        await using var connection = await source.OpenConnectionAsync();
        await using var batch = Batch(connection, _search.Text);
        var parameters = batch.BatchCommands[1].Parameters;
        parameters.Add(new NpgsqlParameter<string> { TypedValue = words });
        parameters.Add(new NpgsqlParameter<int> { TypedValue = Take + 1 });
        await PageAsync(http, connection, batch, words);
    }

    private async Task PageAsync(HttpContext http, NpgsqlConnection connection, NpgsqlBatch batch, string? counted)
    {
        http.Response.ContentType = "application/json; charset=utf-8";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter, LeadJson.Options);
        json.WriteStartObject();
        json.WriteBoolean("success"u8, true);
        json.WriteStartArray("data"u8);
        var (rows, cursor) = (0, (string?)null);
        await using (var row = await batch.ExecuteReaderAsync())
        {
            await row.NextResultAsync();
            var (sortedBy, last) = (default(DateTime), default(Guid));
            while (await row.ReadAsync())
            {
                if (++rows > Take)
                {
                    cursor = Cursor(sortedBy, last);
                    break;
                }
                LeadJson.Write(json, row);
                if (rows == Take) (sortedBy, last) = (row.GetDateTime(LeadJson.Width), row.GetGuid(LeadJson.Width + 1));
            }
        }
        json.WriteEndArray();
        json.WriteNull("message"u8);
        json.WriteStartObject("meta"u8);
        json.WriteNumber("skip"u8, 0);
        json.WriteNumber("take"u8, Take);
        var total = counted is null ? (long?)null : rows <= Take ? rows : await CountAsync(connection, counted);
        if (total is { } known) json.WriteNumber("total"u8, known);
        else json.WriteNull("total"u8);
        json.WriteBoolean("totalIsEstimate"u8, false);
        json.WriteString("nextCursor"u8, cursor);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private async Task<long> CountAsync(NpgsqlConnection connection, string words)
    {
        await using var batch = Batch(connection, _count.Text);
        batch.BatchCommands[1].Parameters.Add(new NpgsqlParameter<string> { TypedValue = words });
        await using var row = await batch.ExecuteReaderAsync();
        await row.NextResultAsync();
        await row.ReadAsync();
        return row.GetInt64(0);
    }

    /// <summary>The setting and the statement in one round trip, which is one transaction; the tenant is the statement's first parameter.</summary>
    private NpgsqlBatch Batch(NpgsqlConnection connection, string sql) => new(connection)
    {
        BatchCommands =
        {
            new NpgsqlBatchCommand(sql.Contains(" order by ") ? Statements.SetTenantForList : Statements.SetTenant) { Parameters = { new NpgsqlParameter<string> { TypedValue = caller.TenantText } } },
            new NpgsqlBatchCommand(sql) { Parameters = { new NpgsqlParameter<Guid> { TypedValue = caller.TenantId } } },
        },
    };

    /// <summary>The service's cursor of leads sorted by -createdAt.</summary>
    private static string Cursor(DateTime createdAt, Guid id)
    {
        var payload = Encoding.UTF8.GetBytes($"[\"{createdAt.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture)}\",\"{id:N}\"]");
        var checksum = SHA256.HashData([.. "leads|-created_at|"u8, .. payload]).AsSpan(0, 8);
        return Base64Url.EncodeToString([.. checksum, .. payload]);
    }
}
