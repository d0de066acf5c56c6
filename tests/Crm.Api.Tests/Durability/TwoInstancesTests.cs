using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Outside;
using Dapper;
using Npgsql;

namespace Crm.Api.Tests.Durability;

/// <summary>Drill: two instances on one database, one of which dies.</summary>
public sealed class TwoInstancesTests(CrmApi api)
{
    private const int Customers = 24;

    [Fact]
    public async Task When_one_dies_the_other_goes_on_and_takes_over_its_deliveries()
    {
        await using var mail = new MailServer { Trouble = MailTrouble.Silent };
        var database = await api.NewDatabaseAsync();
        (string, string)[] settings = [("ConnectionStrings__Crm", database), ("Jwt__Key", "two-instances-share-one-key-0123456789"), ("Smtp__Host", "127.0.0.1"), ("Smtp__Port", $"{mail.Port}"),
            ("Smtp__From", "crm@example.org"), ("Smtp__StartTls", "false")];
        await using var dies = await ServiceProcess.StartAsync(settings);
        await using var stays = await ServiceProcess.StartAsync(settings);
        var (tenant, other) = (await stays.Api.RegisterAsync(), await stays.Api.RegisterAsync());
        for (var i = 0; i < Customers; i++) await dies.Api.As(tenant.Token).CustomerAsync("New", new { email = $"customer-{i}@example.com" });
        await Eventually.Async(() => Task.FromResult(mail.Callers == 16), "not both instances deliver");
        var load = Load.OfLeads(stays, other);
        await load.MoreAsync(20);

        await dies.KillServiceAsync();
        mail.Trouble = MailTrouble.None;
        mail.HangUp();

        await load.MoreAsync(20);
        await using var connection = new NpgsqlConnection(database);
        await Eventually.Async(async () =>
        {
            // What failed when the server hung up need not wait for its next try; what is in somebody's hands is left alone.
            await connection.ExecuteAsync("update crm.outbox set next_try_at = now() where last_error is not null and attempts = 1 and next_try_at > now() + interval '1 s'");
            return await connection.QuerySingleAsync<int>("select count(*)::int from crm.outbox") == 0;
        }, "something was not delivered");
        await load.StopAsync();
        await load.VerifyAsync(other);
        load.Refused.ShouldBe(0);
        mail.Taken.Count.ShouldBe(Customers);
        mail.Taken.Select(m => MailText.Header(m, "Message-ID")).ShouldBeUnique();
        TestContext.Current.TestOutputHelper?.WriteLine($"1 of 2 instances killed with 8 deliveries in its hands; the other: {load}; {Customers} e-mails, each once.");
    }
}
