using System.Text;
using Crm.Api.Tests.Fixture;
using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Crm.Infrastructure.Files;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Crm.Api.Tests.Files;

/// <summary>Content without a record goes, content with one never does.</summary>
public sealed class FileSweepTests(CrmApi api)
{
    [Fact]
    public async Task Content_that_became_no_file_within_a_day_is_deleted_and_younger_or_used_content_stays()
    {
        var tenant = await api.TenantAsync();
        var used = await tenant.AttachAsync("leadId", await tenant.LeadAsync());
        var (old, young) = (await LeaveAsync(tenant, TimeSpan.FromHours(25)), await LeaveAsync(tenant, TimeSpan.FromHours(23)));
        var doomed = await LeaveAsync(tenant, TimeSpan.FromMinutes(20), doomedFor: TimeSpan.FromMinutes(15));
        await SweepAsync();
        api.Stored(tenant).Order().ShouldBe(new[] { used, young }.Select(id => id.ToString("N")).Order());
        (await tenant.GetAsync($"/files/{used}/content")).ShouldBe(200);
        await api.Services.GetRequiredService<FileSweep>().RunAsync(CancellationToken.None); // once more finds nothing to do
        (await api.DraftsAsync(tenant)).ShouldBe(1);
        old.ShouldNotBe(doomed);
    }

    [Fact]
    public async Task What_was_given_up_can_be_claimed_no_more_and_what_is_being_claimed_is_not_given_up()
    {
        var tenant = await api.TenantAsync();
        var id = await LeaveAsync(tenant, TimeSpan.Zero);
        var key = new ContentKey(tenant.Id, id);
        await using var connection = new NpgsqlConnection(api.AppConnectionString);
        await connection.OpenAsync();
        await using (var claiming = await connection.BeginTransactionAsync())
        {
            await connection.ExecuteAsync("delete from crm.file_drafts where tenant_id = @TenantId and id = @Id", new { key.TenantId, key.Id }, claiming);
            await DraftsOf(d => d.GiveUpAsync(key));
            api.Stored(tenant).ShouldBe([id.ToString("N")]);
            await claiming.RollbackAsync();
        }
        await DraftsOf(d => d.GiveUpAsync(key));
        api.Stored(tenant).ShouldBeEmpty();
        (await Should.ThrowAsync<CrmException>(() => DraftsOf(d => d.ClaimAsync(key, default)))).Code.ShouldBe("UNAVAILABLE");
    }

    [Fact]
    public async Task Drafts_that_a_crash_left_are_deleted_after_a_day()
    {
        var drafts = Directory.CreateDirectory(Path.Combine(api.DataFolder, "files", "drafts")).FullName;
        var (old, young) = (Path.Combine(drafts, $"old-{Guid.NewGuid():N}"), Path.Combine(drafts, $"young-{Guid.NewGuid():N}"));
        foreach (var file in (string[])[old, young]) await File.WriteAllTextAsync(file, "half");
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddHours(-25));
        await SweepAsync();
        (File.Exists(old), File.Exists(young)).ShouldBe((false, true));
        File.Delete(young);
    }

    private Task SweepAsync() => api.Services.GetRequiredService<FileSweep>().RunAsync(CancellationToken.None);

    /// <summary>Content that was stored so long ago, and nothing else.</summary>
    private async Task<Guid> LeaveAsync(TenantClient tenant, TimeSpan ago, TimeSpan? doomedFor = null)
    {
        var key = new ContentKey(tenant.Id, Guid.CreateVersion7());
        await api.Services.GetRequiredService<IFileStore>().PutAsync(key, new MemoryStream(Encoding.UTF8.GetBytes("left")), default);
        await using var connection = new NpgsqlConnection(api.AppConnectionString);
        await connection.ExecuteAsync("insert into crm.file_drafts (tenant_id, id, created_at, doomed_at) values (@TenantId, @Id, @At, @Doomed)",
            new { key.TenantId, key.Id, At = DateTime.UtcNow - ago, Doomed = doomedFor is null ? (DateTime?)null : DateTime.UtcNow - doomedFor });
        return key.Id;
    }

    private async Task DraftsOf(Func<IFileDrafts, Task> act)
    {
        await using var scope = api.Services.CreateAsyncScope();
        await act(scope.ServiceProvider.GetRequiredService<IFileDrafts>());
    }
}
