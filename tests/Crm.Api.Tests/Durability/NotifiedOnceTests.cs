using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Notifications;
using Npgsql;

namespace Crm.Api.Tests.Durability;

/// <summary>Drill: one of two instances is killed again and again while they go along the log and remind of tasks.</summary>
public sealed class NotifiedOnceTests(CrmApi api)
{
    private const int Rounds = 3, Tasks = 60;

    [Fact]
    public async Task Whoever_is_killed_each_task_is_told_once_and_reminds_once()
    {
        var database = await api.NewDatabaseAsync();
        (string, string)[] settings = [("ConnectionStrings__Crm", database), ("Jwt__Key", "two-instances-share-one-key-0123456789")];
        await using var dies = await ServiceProcess.StartAsync(settings);
        await using var stays = await ServiceProcess.StartAsync(settings);
        var tenant = await stays.Api.RegisterAsync();
        var (member, memberId) = await tenant.MemberAsync();
        await using var connection = new NpgsqlConnection(database);
        for (var round = 0; round < Rounds; round++)
        {
            (await stays.Api.As(tenant.Token).PostAsync("/tasks/batch", new
            {
                operations = Enumerable.Range(round * Tasks, Tasks).Select(i => new { op = "create", data = new { title = $"Task {i}", assigneeId = memberId, dueAt = DateTimeOffset.UtcNow.AddHours(-2) } }),
            })).ShouldBe(200);
            await connection.DueAsync("tasks.reminders");
            await connection.TakenAsync("tasks.reminders");
            await dies.KillServiceAsync();
            await dies.StartAsync();
        }
        await connection.DueAsync("tasks.reminders");
        var reader = stays.Api.As(member.Token);
        foreach (var kind in new[] { "TASK_ASSIGNED", "TASK_OVERDUE" })
        {
            var told = await reader.ToldAsync(Rounds * Tasks, $"&kind={kind}");
            told.Select(n => (string)n["title"]!).Order().ShouldBe(Enumerable.Range(0, Rounds * Tasks).Select(i => $"Task {i}").Order());
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{Rounds} kills; {2 * Rounds * Tasks} notifications, each once.");
    }
}
