using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;
using Crm.Application.Abstractions;
using Crm.Application.Notifications;
using Crm.Infrastructure.Identity;
using Crm.Infrastructure.Schedules;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Api.Tests.Notifications;

/// <summary>What tests do with notifications.</summary>
internal static class NotificationIntents
{
    /// <summary>What a member is told, oldest first, once there is that much.</summary>
    public static async Task<IReadOnlyList<JsonNode>> ToldAsync(this ApiClient member, int atLeast, string query = "")
    {
        IReadOnlyList<JsonNode> told = [];
        await Eventually.Async(async () => (told = [.. (await member.GetAsync("/notifications?sort=createdAt&take=200" + query)).ShouldBe(200).Items.Select(n => n!)]).Count >= atLeast, $"{atLeast} notifications");
        return told;
    }

    /// <summary>Waits until followers have gone past everything the tenant has done: what has not been told by then never is.</summary>
    public static async Task FollowedAsync(this CrmApi api, TenantClient tenant)
    {
        // Told last of all, to the owner himself, so that whatever came before was looked at.
        var (sentinel, _) = await tenant.MemberAsync();
        var me = (Guid)(await sentinel.GetAsync("/auth/me")).Data["id"]!;
        await tenant.PostAsync("/tasks", new { title = "The last", assigneeId = me });
        await sentinel.ToldAsync(1);
    }

    /// <summary>A tenant's turn of a schedule, at whatever time.</summary>
    public static Task<bool> TurnAsync(this CrmApi api, string schedule, Guid tenant, DateTimeOffset due) =>
        api.Services.GetRequiredService<TenantTurns>().RunAsync(schedule, tenant, due, TestContext.Current.CancellationToken);

    /// <summary>A notice as other parts of the service give it.</summary>
    public static async Task NotifyAsync(this CrmApi api, Guid tenant, Notice notice)
    {
        await using var scope = api.Services.CreateAsyncScope();
        var unit = scope.ServiceProvider.GetRequiredService<IUnitOfWork>();
        scope.ServiceProvider.GetRequiredService<IRequestContext>().ActAs((await api.Services.GetRequiredService<SystemCallers>().FindAsync(tenant, default))!);
        await unit.BeginAsync(default);
        await scope.ServiceProvider.GetRequiredService<INotifier>().NotifyAsync(notice, default);
        await unit.SaveAsync(default);
        await unit.CommitAsync(default);
    }

    /// <summary>The only e-mail to a member whose subject contains a text, once it is there.</summary>
    public static async Task<string> MailToAsync(this CrmApi api, ApiClient member, string subject)
    {
        var address = (string)(await member.GetAsync("/auth/me")).Data["email"]!;
        List<string> found = [];
        await Eventually.Async(() =>
        {
            // The folder comes with the first e-mail.
            var folder = new DirectoryInfo(Path.Combine(api.DataFolder, "mail"));
            found = [.. (folder.Exists ? folder.EnumerateFiles("*.eml") : []).Select(file => file.FullName).Select(Read).Where(mail => mail.Contains(address, StringComparison.Ordinal) && MailText.Header(mail, "Subject").Contains(subject, StringComparison.Ordinal))];
            return Task.FromResult(found.Count > 0);
        }, $"an e-mail about '{subject}'");
        return found.ShouldHaveSingleItem();
    }

    // Written under another name first, so that nobody reads half of one.
    private static string Read(string file) => File.Exists(file) ? File.ReadAllText(file) : "";
}
