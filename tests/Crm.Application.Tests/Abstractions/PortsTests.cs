using Crm.Application.Abstractions;
using Crm.Application.Files;
using Crm.Application.Outbound;
using Crm.Domain.Common;
using Crm.Domain.Leads;
using NSubstitute;

namespace Crm.Application.Tests.Abstractions;

/// <summary>Every port can be substituted in one line. docs/testing.md quotes these.</summary>
public sealed class PortsTests
{
    private static readonly CancellationToken Ct = TestContext.Current.CancellationToken;
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 9, 30, 0, TimeSpan.Zero);
    private static readonly Guid Id = Ids.New(Now);

    [Fact]
    public async Task A_repository_answers_what_it_is_told()
    {
        var lead = Lead.Capture(Id, new LeadDetails { Name = "Ada Byron" });
        var leads = Substitute.For<IRepository<Lead>>();
        leads.GetAsync(Id, Arg.Any<CancellationToken>()).Returns(lead);

        (await leads.GetAsync(Id, Ct)).ShouldBe(lead);
    }

    [Fact]
    public async Task A_read_database_answers_rows()
    {
        var db = Substitute.For<IReadDb>();
        db.QueryAsync<string>(Arg.Any<string>(), Arg.Any<object?>(), Arg.Any<CancellationToken>()).Returns(["Ada Byron"]);

        (await db.QueryAsync<string>("select name from crm_read.leads where tenant_id = @TenantId", null, Ct)).ShouldBe(["Ada Byron"]);
    }

    [Fact]
    public void A_clock_stands_still()
    {
        var clock = Substitute.For<TimeProvider>();
        clock.GetUtcNow().Returns(Now);

        clock.GetUtcNow().ShouldBe(Now);
    }

    [Fact]
    public async Task A_cache_makes_every_value_anew()
    {
        var cache = Substitute.For<ICache>();
        cache.GetOrAddAsync("key", Arg.Any<TimeSpan>(), Arg.Any<Func<CancellationToken, Task<int>>>(), Arg.Any<CancellationToken>()).Returns(call => new ValueTask<int>(call.Arg<Func<CancellationToken, Task<int>>>()(Ct)));

        (await cache.GetOrAddAsync("key", TimeSpan.FromMinutes(1), _ => Task.FromResult(42), Ct)).ShouldBe(42);
    }

    [Fact]
    public async Task An_event_bus_hears_what_is_announced()
    {
        var bus = Substitute.For<IEventBus>();
        var notice = new EventNotice(Id, Id, "lead.created", "lead", Id, 1, Now, null, null, null);

        await bus.PublishAsync([notice], Ct);

        await bus.Received(1).PublishAsync(Arg.Is<IReadOnlyList<EventNotice>>(events => events.Single() == notice), Ct);
    }

    [Fact]
    public async Task A_registry_gives_its_id_or_is_down()
    {
        var registry = Substitute.For<IRegistryClient>();
        registry.CreateCustomerAsync(Arg.Any<RegistryCustomer>(), "lead-1", Arg.Any<CancellationToken>()).Returns("R-1");
        registry.CreateCustomerAsync(Arg.Any<RegistryCustomer>(), "lead-2", Arg.Any<CancellationToken>()).Returns<string>(_ => throw new CrmException(ErrorKind.Unavailable, "UNAVAILABLE", "The registry is down."));

        var customer = new RegistryCustomer("Analytical Ltd", null, null, null);
        (await registry.CreateCustomerAsync(customer, "lead-1", Ct)).ShouldBe("R-1");
        (await Should.ThrowAsync<CrmException>(() => registry.CreateCustomerAsync(customer, "lead-2", Ct))).Code.ShouldBe("UNAVAILABLE");
    }

    [Fact]
    public async Task A_call_to_the_outside_ends_with_an_answer_or_without()
    {
        var outbound = Substitute.For<IOutboundHttp>();
        outbound.SendAsync(Arg.Any<OutboundCall>(), Arg.Any<CancellationToken>()).Returns(new OutboundAnswer(204, new Dictionary<string, string>(), "", null, TimeSpan.Zero));

        (await outbound.SendAsync(new OutboundCall("https://hooks.example/", new Dictionary<string, string>(), "{}"u8.ToArray()), Ct)).IsSuccess.ShouldBeTrue();
    }

    [Fact]
    public void An_outbox_remembers_what_it_was_handed()
    {
        var outbox = Substitute.For<IOutbox>();
        var captured = new Created<Lead>(Id);

        outbox.Enqueue(captured, "email.welcome");

        outbox.Received(1).Enqueue(captured, "email.welcome");
    }

    [Fact]
    public async Task A_sink_delivers_or_is_tried_again()
    {
        var sink = Substitute.For<IOutboxSink>();
        sink.DeliverAsync(Arg.Any<OutboxMessage>(), Arg.Any<CancellationToken>()).Returns(Task.FromException(new TimeoutException()), Task.CompletedTask);

        var message = new OutboxMessage(Id, Id, "lead.created", "lead", Id, 1, Now, "{}");
        await Should.ThrowAsync<TimeoutException>(() => sink.DeliverAsync(message, Ct));
        await sink.DeliverAsync(message, Ct);
    }

    [Fact]
    public async Task An_email_sender_keeps_what_it_sent()
    {
        var email = Substitute.For<IEmailSender>();

        await email.SendAsync(new EmailMessage(Id, EmailAddress.Parse("ada@example.com"), "Ada Byron", "Analytical Ltd", "Welcome", "Dear Ada"), Ct);

        await email.Received(1).SendAsync(Arg.Is<EmailMessage>(m => m.Subject == "Welcome"), Arg.Any<CancellationToken>());
    }

    [Fact]
    public async Task A_file_store_gives_content_or_is_down()
    {
        var store = Substitute.For<IFileStore>();
        store.OpenAsync(Arg.Any<ContentKey>(), 0, 5, Arg.Any<CancellationToken>()).Returns(new MemoryStream("Hello"u8.ToArray()));
        store.PutAsync(Arg.Any<ContentKey>(), Arg.Any<Stream>(), Arg.Any<CancellationToken>()).Returns(Task.FromException(FileErrors.StoreUnavailable()));

        (await store.OpenAsync(new ContentKey(Id, Id), 0, 5, Ct)).Length.ShouldBe(5);
        await Should.ThrowAsync<CrmException>(() => store.PutAsync(new ContentKey(Id, Id), Stream.Null, Ct));
    }

    [Fact]
    public async Task Numbers_are_counted()
    {
        var numbers = Substitute.For<INumbers>();
        numbers.NextAsync("customers", Arg.Any<CancellationToken>()).Returns(1, 2);

        (await numbers.NextAsync("customers", Ct), await numbers.NextAsync("customers", Ct)).ShouldBe((1, 2));
    }

    [Fact]
    public void A_request_has_a_caller()
    {
        var request = Substitute.For<IRequestContext>();
        request.Caller.Returns(Callers.Owner());

        request.Caller.May(Permissions.LeadsWrite).ShouldBeTrue();
        request.Caller.Tenant.Currency.ShouldBe("EUR");
    }
}
