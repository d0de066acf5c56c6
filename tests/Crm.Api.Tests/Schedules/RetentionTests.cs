using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Notifications;
using Crm.Api.Tests.Operations;
using Crm.Api.Tests.Recovery;
using Crm.Infrastructure.Postgres;
using Crm.Infrastructure.Schedules;
using Dapper;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Crm.Api.Tests.Schedules;

/// <summary>What has served its purpose is forgotten when it is due, and nothing else. On a database of its own, whose time is moved.</summary>
public sealed class RetentionTests(CrmApi api)
{
    [Fact]
    public async Task What_has_served_its_purpose_is_forgotten_once_it_is_old_enough()
    {
        var app = await api.NewDatabaseAsync();
        await using var service = new ConfiguredApi(api, ("ConnectionStrings:Crm", app), ("Retention:NotificationDays", "10"), ("Logging:LogLevel:Default", "None"));
        var tenant = await service.Anonymous.RegisterAsync();
        var (member, memberId) = await tenant.MemberAsync();
        foreach (var title in new[] { "Old and read", "Old", "New and read" }) (await tenant.PostAsync("/tasks", new { title, assigneeId = memberId })).ShouldBe(201);
        var told = await member.ToldAsync(3);
        foreach (var read in told.Where(n => ((string)n["title"]!).EndsWith("read", StringComparison.Ordinal))) (await member.PutAsync($"/notifications/{read["id"]}/read")).ShouldBe(200);
        (await member.DeleteAsync($"/notifications/{(await AddAsync("Deleted long ago"))["id"]}")).ShouldBe(204);
        (await member.DeleteAsync($"/notifications/{(await AddAsync("Deleted just now"))["id"]}")).ShouldBe(204);

        await using var database = new NpgsqlConnection(api.AdministratorOf(app));
        await database.ExecuteAsync("""
            update crm.notifications set created_at = created_at - interval '20 days' where title like 'Old%';
            update crm.notifications set deleted_at = deleted_at - interval '31 days' where title = 'Deleted long ago';
            """);
        await LeaveTracesAsync(database, memberId);
        await PassAsync(database, "sign-ins.expire", "inbox.expire", "answers.expire", "retention");

        (await database.QueryAsync<string>("select title from crm.notifications where deleted_at is null order by title")).ShouldBe(["New and read", "Old"]);
        (await database.QueryAsync<string>("select title from crm.notifications where deleted_at is not null order by title")).ShouldBe(["Deleted just now", "Old and read"]);
        (await database.QueryAsync<string>(Left)).ShouldBe(["attempt new", "digest new", "inbox new", "invitation new", "key new", "letter new", "refresh new", "reset new", "run approved", "run new", "run waits", "session new", "session renewable"]);
        (await RebuildFixture.VerifyAsync(app, api.DataFolder)).Lines.ShouldNotContain(line => line.StartsWith("       notification ", StringComparison.Ordinal), "what was purged is deleted by its log");
        var listed = (await tenant.GetAsync("/admin/schedules")).ShouldBe(200).Data.AsArray().Select(s => (string?)s!["name"]);
        new[] { "answers.expire", "inbox.expire", "retention", "sign-ins.expire" }.Except(listed).ShouldBeEmpty();

        async Task<System.Text.Json.Nodes.JsonNode> AddAsync(string title)
        {
            (await tenant.PostAsync("/tasks", new { title, assigneeId = memberId })).ShouldBe(201);
            await Eventually.Async(async () => (await member.GetAsync("/notifications?take=200")).Items.Any(n => (string?)n!["title"] == title), "he is told");
            return (await member.GetAsync("/notifications?take=200")).Items.Single(n => (string?)n!["title"] == title)!;
        }
    }

    [Fact]
    public void Days_are_checked_at_the_start_and_none_keep_for_ever()
    {
        Read("NotificationDays", "0").Notifications.ShouldBeNull();
        Read("NotificationDays", "7").ShouldBe(new RetentionSettings(TimeSpan.FromDays(7), TimeSpan.FromDays(90), TimeSpan.FromDays(90)));
        foreach (var wrong in new[] { "-1", "1.5", "36501", "a year" }) Should.Throw<StartupException>(() => Read("WorkflowRunDays", wrong)).Message.ShouldContain("Retention__WorkflowRunDays");

        static RetentionSettings Read(string name, string days) => RetentionSettings.Read(new ConfigurationBuilder().AddInMemoryCollection([new($"Retention:{name}", days)]).Build());
    }

    /// <summary>Of each kind one that is old enough, and one that is not.</summary>
    private static Task LeaveTracesAsync(NpgsqlConnection database, Guid member) => database.ExecuteAsync("""
        create temp table k as select t.id as t, @member as u from crm.tenants t;
        create temp table ages as select * from (values ('old', interval '-200 days'), ('new', interval '1 hour')) as a (name, age);
        insert into crm.login_attempts (key, window_started_at) select 'attempt ' || name, now() + age from ages;
        insert into crm.password_resets (id, user_id, tenant_id, token_hash, created_at, expires_at) select gen_random_uuid(), u, t, convert_to('reset ' || name, 'UTF8'), now(), now() + age from k, ages;
        insert into crm.invitation_lookup (token_hash, tenant_id, invitation_id, email, expires_at) select convert_to('invitation ' || name, 'UTF8'), t, gen_random_uuid(), 'a@example.com', now() + age from k, ages;
        insert into crm.sessions (tenant_id, id, user_id, started_at, last_used_at, user_agent) select t, gen_random_uuid(), u, now(), now() + age, 'session ' || name from k, ages;
        insert into crm.sessions (tenant_id, id, user_id, started_at, last_used_at, user_agent) select t, gen_random_uuid(), u, now(), now() - interval '9 days', 'session renewable' from k;
        insert into crm.refresh_tokens (id, family_id, user_id, tenant_id, token_hash, expires_at) select gen_random_uuid(), gen_random_uuid(), u, t, convert_to('refresh ' || name, 'UTF8'), now() + age from k, ages;
        insert into crm.refresh_tokens (id, family_id, user_id, tenant_id, token_hash, expires_at) select gen_random_uuid(), s.id, u, t, 'other', now() + interval '1 day' from k, crm.sessions s where s.user_agent = 'session renewable';
        insert into crm.inbox (tenant_id, consumer, message_id, received_at) select t, 'test', 'inbox ' || name, now() + age from k, ages;
        insert into crm.idempotency_keys (tenant_id, caller_id, key, fingerprint, created_at) select t, u, 'key ' || name, '', now() + age from k, ages;
        insert into crm.notification_digests (tenant_id, id, member_id, from_at, to_at) select t, gen_random_uuid(), u, now(), now() + age from k, ages;
        insert into crm.outbox (id, tenant_id, event_id, sink, next_try_at, dead_at, last_error) select gen_random_uuid(), t, gen_random_uuid(), 'test', now(), now() + age, 'letter ' || name from k, ages;
        insert into crm.workflow_rules (tenant_id, id, name, resource, trigger, actions, is_active) select t, u, 'Rule', 'leads', '{"type": "MANUAL"}', '[]', false from k;
        insert into crm.workflow_runs (tenant_id, id, rule_id, rule_version, trigger, resource, status, created_at, finished_at, reason) select t, gen_random_uuid(), u, 1, 'MANUAL', 'leads', 'SUCCEEDED', now(), now() + age, 'run ' || name from k, ages;
        insert into crm.workflow_runs (tenant_id, id, rule_id, rule_version, trigger, resource, status, created_at, reason) select t, gen_random_uuid(), u, 1, 'MANUAL', 'leads', 'WAITING', now() - interval '200 days', 'run waits' from k;
        insert into crm.workflow_runs (tenant_id, id, rule_id, rule_version, trigger, resource, status, created_at, finished_at, reason) select t, gen_random_uuid(), u, 1, 'MANUAL', 'leads', 'SUCCEEDED', now(), now() - interval '200 days', 'run approved' from k;
        insert into crm.approvals (tenant_id, id, title, resource, record_id, run_id, deleted_at) select t, gen_random_uuid(), 'Approval', 'leads', u, r.id, now() from k, crm.workflow_runs r where r.reason = 'run approved';
        """, new { member });

    private const string Left = """
        select trace from (
          select key as trace from crm.login_attempts where key like 'attempt%'
          union all select convert_from(token_hash, 'UTF8') from crm.password_resets
          union all select convert_from(token_hash, 'UTF8') from crm.invitation_lookup where email = 'a@example.com'
          union all select user_agent from crm.sessions where user_agent like 'session%'
          union all select convert_from(token_hash, 'UTF8') from crm.refresh_tokens where substr(token_hash, 1, 7) = 'refresh'
          union all select message_id from crm.inbox where consumer = 'test'
          union all select key from crm.idempotency_keys where key like 'key%'
          union all select case when to_at > now() then 'digest new' else 'digest old' end from crm.notification_digests
          union all select last_error from crm.outbox where sink = 'test'
          union all select reason from crm.workflow_runs where reason like 'run%') as traces (trace) order by 1
        """;

    /// <summary>Lets several due times of these pass that nobody was there for, and waits until they are made up for, each by one run.</summary>
    private static async Task PassAsync(NpgsqlConnection database, params string[] schedules)
    {
        (await database.ExecuteAsync("update crm.schedules set next_due = next_due - 3 * every where name = any(@schedules)", new { schedules })).ShouldBe(schedules.Length);
        await Eventually.Async(async () => await database.QuerySingleAsync<bool>("select bool_and(next_due > now() and last_outcome = 'SUCCEEDED' and last_due = next_due - every) from crm.schedules where name = any(@schedules)", new { schedules }), "they have run");
    }
}
