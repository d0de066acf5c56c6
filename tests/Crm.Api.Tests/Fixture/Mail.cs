using System.Text;
using Dapper;
using Npgsql;

namespace Crm.Api.Tests.Fixture;

/// <summary>What the service does after commit, seen from the data folder and the database.</summary>
internal static class MailIntents
{
    /// <summary>The file of the e-mail an event caused.</summary>
    public static string MailFile(this CrmApi api, Guid eventId) => Path.Combine(api.DataFolder, "mail", $"{eventId}.eml");

    /// <summary>The welcome e-mail of a customer, once it is there.</summary>
    public static async Task<string> MailAsync(this CrmApi api, TenantClient tenant, Guid customer)
    {
        var file = api.MailFile(await api.EventAsync(tenant, customer, "customer.created"));
        await Eventually.Async(() => Task.FromResult(File.Exists(file)), $"{file} is not there");
        return await File.ReadAllTextAsync(file, Encoding.ASCII);
    }

    /// <summary>The id of a record's event.</summary>
    public static async Task<Guid> EventAsync(this CrmApi api, TenantClient tenant, Guid record, string type)
    {
        await using var connection = await api.TenantConnectionAsync(tenant.Id);
        return await connection.QuerySingleAsync<Guid>("select id from crm_read.events where aggregate_id = @record and type = @type", new { record, type });
    }

    /// <summary>How many deliveries of the tenant wait or were given up.</summary>
    public static async Task<int> OutboxAsync(this CrmApi api, TenantClient tenant)
    {
        await using var connection = await api.TenantConnectionAsync(tenant.Id);
        return await connection.QuerySingleAsync<int>("select count(*)::int from crm.outbox where tenant_id = @Id", new { tenant.Id });
    }

    /// <summary>A connection of the application's login, for this tenant.</summary>
    public static async Task<NpgsqlConnection> TenantConnectionAsync(this CrmApi api, Guid tenantId)
    {
        var connection = new NpgsqlConnection(api.AppConnectionString);
        await connection.OpenAsync();
        await connection.ExecuteAsync("select set_config('app.tenant_id', @id, false)", new { id = tenantId.ToString() });
        return connection;
    }
}

/// <summary>Reads an e-mail as a mail program does.</summary>
internal static class MailText
{
    /// <summary>The text.</summary>
    public static string Body(string mail)
    {
        var part = Parts(mail)[0];
        var text = part.Split("\r\n\r\n", 2)[1];
        return Header(part, "Content-Transfer-Encoding") == "base64" ? Encoding.UTF8.GetString(Convert.FromBase64String(text)) : text;
    }

    /// <summary>The name and the bytes of what goes with it.</summary>
    public static (string Name, byte[] Content) Attachment(string mail)
    {
        var parts = Parts(mail);
        parts.Length.ShouldBe(2, mail);
        return (Header(parts[1], "Content-Disposition")["attachment; filename=".Length..].Trim('"'), Convert.FromBase64String(parts[1].Split("\r\n\r\n", 2)[1]));
    }

    private static string[] Parts(string mail)
    {
        var type = Header(mail, "Content-Type");
        if (!type.StartsWith("multipart/mixed; boundary=", StringComparison.Ordinal)) return [mail];
        var pieces = mail.Split("\r\n--" + type["multipart/mixed; boundary=".Length..].Trim('"'));
        pieces[^1].ShouldBe("--\r\n");
        return [.. pieces[1..^1].Select(piece => piece["\r\n".Length..])];
    }

    public static string Header(string mail, string name)
    {
        var unfolded = mail.Split("\r\n\r\n", 2)[0].Replace("\r\n ", " ");
        var line = unfolded.Split("\r\n").Single(l => l.StartsWith(name + ": ", StringComparison.Ordinal))[(name.Length + 2)..];
        return line.Contains("=?utf-8?B?", StringComparison.Ordinal)
            ? Encoding.UTF8.GetString([.. line.Split(' ').SelectMany(word => Convert.FromBase64String(word["=?utf-8?B?".Length..^2]))])
            : line;
    }
}
