using System.Net.Http.Headers;
using System.Text;
using Dapper;
using Npgsql;

namespace Crm.Api.Tests.Fixture;

/// <summary>What tests do with files.</summary>
internal static class FileIntents
{
    /// <summary>Uploads content under a name, with fields before it.</summary>
    public static Task<Reply> UploadAsync(this ApiClient client, byte[] content, string fileName, (string Name, string Value)[] fields, string? type = null, params (string Name, string Value)[] headers) =>
        client.PostAsync("/files", Form(content, fileName, fields, type), headers);

    /// <summary>Attaches a small text to a record; the file's id.</summary>
    public static async Task<Guid> AttachAsync(this ApiClient client, string link, Guid record, string name = "note.txt", string text = "Hello") =>
        (await client.UploadAsync(Encoding.UTF8.GetBytes(text), name, [(link, record.ToString())])).ShouldBe(201).Id;

    /// <summary>A form with fields and one file.</summary>
    public static MultipartFormDataContent Form(byte[] content, string fileName, (string Name, string Value)[] fields, string? type = null)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields) form.Add(new StringContent(value), name);
        var file = new ByteArrayContent(content);
        if (type is not null) file.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        form.Add(file, "file", fileName);
        return form;
    }

    /// <summary>The pieces of content that the store has for a tenant.</summary>
    public static string[] Stored(this CrmApi api, TenantClient tenant)
    {
        var folder = Path.Combine(api.DataFolder, "files", tenant.Id.ToString("N"));
        return Directory.Exists(folder) ? [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(f => Path.GetFileName(f))] : [];
    }

    /// <summary>How much content of a tenant is written down as belonging to no record yet.</summary>
    public static async Task<int> DraftsAsync(this CrmApi api, TenantClient tenant)
    {
        await using var connection = new NpgsqlConnection(api.AppConnectionString);
        return await connection.QuerySingleAsync<int>("select count(*)::int from crm.file_drafts where tenant_id = @Id", new { tenant.Id });
    }

    /// <summary>Nothing of the tenant is stored but this, and nothing is waiting to be given up.</summary>
    public static async Task ShouldHaveStoredAsync(this CrmApi api, TenantClient tenant, params Guid[] files)
    {
        await Eventually.Async(async () => await api.DraftsAsync(tenant) == 0, "content is still written down as a draft");
        api.Stored(tenant).Order().ShouldBe(files.Select(f => f.ToString("N")).Order());
    }
}
