using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Crm.Baseline;

/// <summary>Begin, set the tenant, insert the lead and its event, read the answer, commit.</summary>
internal sealed class Create(NpgsqlDataSource source, Statements statements, BaselineCaller caller)
{
    public const string InsertLead = """
        insert into crm.leads (tenant_id, id, company, converted_at, created_at, created_by, customer_id, deal_id, deleted_at, deletion_id, email, external_id,
          job_title, name, notes, owner_id, phone, phone_digits, score, source, status, tags, team_id, updated_at, updated_by, value_amount, value_currency, version, website)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29)
        """;

    public const string InsertEvent = """
        insert into crm.events (tenant_id, id, actor_id, actor_type, aggregate_id, aggregate_type, causation_id, co_owner_id, correlation_id, data, epoch, n, occurred_at,
          owner_id, request_id, source_ip, state, team_id, type, version)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
        """;

    private readonly Statement _one = statements.One.Takes("@TenantId", "@Id");

    public async Task HandleAsync(HttpContext http)
    {
        using var body = await JsonDocument.ParseAsync(http.Request.Body);
        var now = DateTime.UtcNow;
        now = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
        var id = Guid.CreateVersion7(now);
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var tenant = new NpgsqlCommand(Statements.SetTenant, connection, transaction))
        {
            tenant.Parameters.Add(new NpgsqlParameter<string> { TypedValue = caller.TenantText });
            await tenant.ExecuteNonQueryAsync();
        }
        await using (var inserts = new NpgsqlBatch(connection, transaction))
        {
            inserts.BatchCommands.Add(Lead(body.RootElement, id, now));
            inserts.BatchCommands.Add(Event(body.RootElement, id, now));
            await inserts.ExecuteNonQueryAsync();
        }
        var response = http.Response;
        response.StatusCode = 201;
        response.ContentType = "application/json; charset=utf-8";
        response.Headers.ETag = "\"1\"";
        response.Headers.Location = $"{Reads.Path}/{id}";
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(1_024);
        await using (var read = new NpgsqlCommand(_one.Text, connection, transaction))
        {
            read.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = caller.TenantId });
            read.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
            await using var row = await read.ExecuteReaderAsync();
            await row.ReadAsync();
            await using var json = new Utf8JsonWriter(buffer, LeadJson.Options);
            json.WriteStartObject();
            json.WriteBoolean("success"u8, true);
            json.WritePropertyName("data"u8);
            LeadJson.Write(json, row);
            json.WriteNull("message"u8);
            json.WriteEndObject();
        }
        await transaction.CommitAsync();
        await response.Body.WriteAsync(buffer.WrittenMemory);
    }

    private NpgsqlBatchCommand Lead(JsonElement lead, Guid id, DateTime now)
    {
        var command = new NpgsqlBatchCommand(InsertLead);
        var add = command.Parameters;
        var phone = Text(lead, "phone");
        Id(add, caller.TenantId);
        Id(add, id);
        Text(add, Text(lead, "company"));
        add.Add(Null(NpgsqlDbType.TimestampTz));
        Time(add, now);
        Id(add, caller.UserId);
        add.Add(Null(NpgsqlDbType.Uuid));
        add.Add(Null(NpgsqlDbType.Uuid));
        add.Add(Null(NpgsqlDbType.TimestampTz));
        add.Add(Null(NpgsqlDbType.Uuid));
        Text(add, Text(lead, "email"));
        Text(add, Text(lead, "externalId"));
        Text(add, Text(lead, "jobTitle"));
        Text(add, Text(lead, "name"));
        Text(add, Text(lead, "notes"));
        Id(add, caller.UserId);
        Text(add, phone);
        Text(add, phone is null ? null : string.Concat(phone.Where(char.IsAsciiDigit)));
        add.Add(lead.TryGetProperty("score", out var score) ? new NpgsqlParameter<int> { TypedValue = score.GetInt32() } : Null(NpgsqlDbType.Integer));
        Text(add, Text(lead, "source") ?? "OTHER");
        Text(add, Text(lead, "status") ?? "NEW");
        add.Add(new NpgsqlParameter<string[]> { TypedValue = Tags(lead) });
        add.Add(Null(NpgsqlDbType.Uuid));
        Time(add, now);
        Id(add, caller.UserId);
        var value = lead.TryGetProperty("value", out var money) ? money : default;
        add.Add(value.ValueKind == JsonValueKind.Object ? new NpgsqlParameter<decimal> { TypedValue = Amount(value) } : Null(NpgsqlDbType.Numeric));
        Text(add, value.ValueKind == JsonValueKind.Object ? Text(value, "currency") : null);
        add.Add(new NpgsqlParameter<int> { TypedValue = 1 });
        Text(add, Text(lead, "website"));
        return command;
    }

    private NpgsqlBatchCommand Event(JsonElement lead, Guid id, DateTime now)
    {
        var command = new NpgsqlBatchCommand(InsertEvent);
        var add = command.Parameters;
        var request = Guid.CreateVersion7().ToString("N");
        Id(add, caller.TenantId);
        Id(add, Guid.CreateVersion7(now));
        Id(add, caller.UserId);
        Text(add, "USER");
        Id(add, id);
        Text(add, "lead");
        Text(add, request);
        add.Add(Null(NpgsqlDbType.Uuid));
        Text(add, request);
        add.Add(new NpgsqlParameter<string> { TypedValue = $$"""{"id":"{{id}}"}""", NpgsqlDbType = NpgsqlDbType.Jsonb });
        add.Add(new NpgsqlParameter<long> { TypedValue = 1 });
        add.Add(new NpgsqlParameter<int> { TypedValue = 0 });
        Time(add, now);
        Id(add, caller.UserId);
        Text(add, request);
        Text(add, "127.0.0.1");
        add.Add(new NpgsqlParameter<string> { TypedValue = State(lead), NpgsqlDbType = NpgsqlDbType.Jsonb });
        add.Add(Null(NpgsqlDbType.Uuid));
        Text(add, "lead.created");
        add.Add(new NpgsqlParameter<int> { TypedValue = 1 });
        return command;
    }

    /// <summary>The lead's own members, as the service's events carry them.</summary>
    private string State(JsonElement lead)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, LeadJson.Options))
        {
            json.WriteStartObject();
            foreach (var name in (ReadOnlySpan<string>)["convertedAt", "customerId", "dealId"]) json.WriteNull(name);
            foreach (var name in (ReadOnlySpan<string>)["name", "email", "phone", "company", "jobTitle", "website"]) json.WriteString(name, Text(lead, name));
            json.WriteString("status"u8, Text(lead, "status") ?? "NEW");
            json.WriteString("source"u8, Text(lead, "source") ?? "OTHER");
            json.WritePropertyName("value"u8);
            if (lead.TryGetProperty("value", out var value)) value.WriteTo(json);
            else json.WriteNullValue();
            json.WriteString("ownerId"u8, caller.UserId);
            json.WritePropertyName("score"u8);
            if (lead.TryGetProperty("score", out var score)) score.WriteTo(json);
            else json.WriteNullValue();
            json.WriteString("notes"u8, Text(lead, "notes"));
            json.WriteStartArray("tags"u8);
            foreach (var tag in Tags(lead)) json.WriteStringValue(tag);
            json.WriteEndArray();
            json.WriteString("externalId"u8, Text(lead, "externalId"));
            json.WriteEndObject();
        }
        return System.Text.Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    private static void Id(NpgsqlParameterCollection add, Guid id) => add.Add(new NpgsqlParameter<Guid> { TypedValue = id });

    private static void Text(NpgsqlParameterCollection add, string? text) => add.Add(text is null ? Null(NpgsqlDbType.Text) : new NpgsqlParameter<string> { TypedValue = text });

    private static void Time(NpgsqlParameterCollection add, DateTime time) => add.Add(new NpgsqlParameter<DateTime> { TypedValue = time });

    private static NpgsqlParameter Null(NpgsqlDbType type) => new() { Value = DBNull.Value, NpgsqlDbType = type };

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static string[] Tags(JsonElement json) => json.TryGetProperty("tags", out var tags) ? [.. tags.EnumerateArray().Select(t => t.GetString()!)] : [];

    private static decimal Amount(JsonElement money) => decimal.Round(money.GetProperty("amount").GetDecimal() + 0.00m, 2);
}
