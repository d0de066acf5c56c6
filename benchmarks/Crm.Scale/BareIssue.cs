using Npgsql;
using NpgsqlTypes;

namespace Crm.Scale;

/// <summary>
/// What issuing one invoice sends, and nothing else: the draft is held and read with its lines, then who sells and buys, the next number is taken, the invoice is written with its copies of both,
/// its event, and read for the answer. In as few round trips as what depends on what allows.
/// </summary>
internal sealed class BareIssue(NpgsqlDataSource database, Tenant tenant, BareIssue.Written written)
{
    private const string Settings = """
        select s.legal_name, s.vat_id, s.registration_number, s.address, s.city, s.region, s.postal_code, s.country, s.email, s.phone, s.website, s.iban, s.bic, s.logo_file_id, s.payment_term_days,
          s.offer_validity_days, s.payment_url_pattern, s.number_series, c.name, c.tax_number, c.address, c.city, c.region, c.postal_code, c.country, c.email, c.phone, c.payment_terms
        from crm_read.tenant_settings s left join crm_read.customers c on c.tenant_id = $1 and c.id = $2 where s.tenant_id = $1
        """;

    private const string Number = """
        insert into crm.counters (tenant_id, name, value) values ($1, 'bare', 1)
        on conflict (tenant_id, name) do update set value = crm.counters.value + 1
        returning value
        """;

    private const string Invoice = """
        update crm.invoices set buyer = $3, issue_date = $4, issued_at = $5, number = $6, seller = $7, status = 'SENT', updated_at = $5, version = version + 1, due_date = $8 where tenant_id = $1 and id = $2
        """;

    private const string Event = """
        insert into crm.events (tenant_id, epoch, occurred_at, actor_type, actor_id, api_key_id, request_id, source_ip, correlation_id,
          id, n, type, aggregate_type, aggregate_id, version, causation_id, data, state, owner_id, co_owner_id, team_id)
        select $1::uuid, (select epoch from crm.service_state), $2::timestamptz, 'USER', $3::uuid, null, 'bench', '127.0.0.1', 'bench', e.*
        from unnest($4::uuid[], $5::integer[], $6::text[], $7::text[], $8::uuid[], $9::integer[], $10::text[], $11::jsonb[], $12::jsonb[], $13::uuid[], $14::uuid[], $15::uuid[]) as e
        """;

    private const string Answer = """
        select t.*, (select coalesce(json_agg(json_build_object('productId', i.product_id, 'name', i.name, 'description', i.description, 'quantity', i.quantity, 'unit', i.unit,
            'unitPrice', json_build_object('amount', i.unit_price_amount, 'currency', i.unit_price_currency), 'priceQuantity', i.price_quantity, 'adjustments', i.adjustments, 'taxCategory', i.tax_category,
            'taxPercent', i.tax_percent, 'taxReason', i.tax_reason, 'sourceItemId', i.source_item_id, 'net', json_build_object('amount', i.net_amount, 'currency', i.net_currency), 'id', i.id) order by i.position, i.id), '[]')::text
          from crm_read.invoice_line_items i where i.tenant_id = $1 and i.invoice_id = t.id and i.deleted_at is not distinct from t.deleted_at)
        from crm_read.invoices t where t.tenant_id = $1 and t.id = $2
        """;

    /// <summary>Looks at what the service wrote when it issued this one.</summary>
    public static async Task<BareIssue> OfAsync(NpgsqlDataSource administrator, NpgsqlDataSource database, Tenant tenant, Guid issued)
    {
        await using var command = administrator.CreateCommand("""
            select i.customer_id, i.buyer::text, i.seller::text, i.issue_date, i.due_date, array_agg(e.type order by e.n), array_agg(e.data::text order by e.n), array_agg(e.state::text order by e.n)
            from crm.invoices i join crm.events e on e.tenant_id = i.tenant_id and e.aggregate_id = i.id where i.id = $1 group by i.tenant_id, i.id
            """);
        command.Parameters.Add(new() { Value = issued });
        await using var row = await command.ExecuteReaderAsync();
        await row.ReadAsync();
        return new BareIssue(database, tenant, new Written(row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetFieldValue<DateOnly>(3), row.GetFieldValue<DateOnly>(4),
            row.GetFieldValue<string[]>(5), row.GetFieldValue<string[]>(6), row.GetFieldValue<string?[]>(7)));
    }

    /// <summary>Issues a draft.</summary>
    public async Task IssueAsync(Guid id)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await SendAsync(connection, ("select set_config('app.tenant_id', $1, true)", [tenant.Id.ToString()]), ("select * from crm.invoices where tenant_id = $1 and id = $2 for update", [tenant.Id, id]),
            ("select * from crm.invoice_line_items where tenant_id = $1 and invoice_id = $2 and deleted_at is null", [tenant.Id, id]), (Settings, [tenant.Id, written.CustomerId]));
        var number = await SendAsync(connection, (Number, [tenant.Id]));
        var (now, count) = (DateTime.UtcNow, written.Types.Length);
        await SendAsync(connection,
            (Invoice, [tenant.Id, id, Json(written.Buyer), written.IssuedOn, now, $"BARE-{number}", Json(written.Seller), written.DueOn]),
            (Event, [tenant.Id, now, tenant.OwnerId, Each(_ => Guid.CreateVersion7()), Each(i => i), written.Types, Each(_ => "invoice"), Each(_ => id), Each(_ => 2), Each(_ => "bench"),
                Jsons(written.Data), Jsons(written.States), Each(_ => tenant.OwnerId), new Guid?[count], new Guid?[count]]),
            (Answer, [tenant.Id, id]));
        await transaction.CommitAsync();

        T[] Each<T>(Func<int, T> value) => [.. Enumerable.Range(0, count).Select(value)];
    }

    /// <summary>Sends statements as one, and reads all they answer; what the first one's first column is.</summary>
    private static async Task<object?> SendAsync(NpgsqlConnection connection, params (string Sql, object?[] Values)[] statements)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var (sql, values) in statements)
        {
            var command = new NpgsqlBatchCommand(sql);
            foreach (var value in values) command.Parameters.Add(value as NpgsqlParameter ?? new NpgsqlParameter { Value = value });
            batch.BatchCommands.Add(command);
        }
        object? first = null;
        await using var reader = await batch.ExecuteReaderAsync();
        do
        {
            while (await reader.ReadAsync())
            {
                var row = new object[reader.FieldCount];
                reader.GetValues(row);
                first ??= row[0];
            }
        }
        while (await reader.NextResultAsync());
        return first;
    }

    private static NpgsqlParameter Json(string text) => new() { Value = text, NpgsqlDbType = NpgsqlDbType.Jsonb };

    private static NpgsqlParameter Jsons(string?[] texts) => new() { Value = texts, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb };

    /// <summary>What the service wrote for one invoice.</summary>
    internal sealed record Written(Guid CustomerId, string Buyer, string Seller, DateOnly IssuedOn, DateOnly DueOn, string[] Types, string[] Data, string?[] States);
}
