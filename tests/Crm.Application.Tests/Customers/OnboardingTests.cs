using System.Collections.Frozen;
using Crm.Application.Abstractions;
using Crm.Application.Customers;
using Crm.Domain.Common;
using Crm.Domain.Customers;
using Crm.Domain.Members;
using Crm.Domain.Tenants;
using Crm.Domain.Work;
using NSubstitute;

namespace Crm.Application.Tests.Customers;

public sealed class OnboardingTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 9, 30, 0, TimeSpan.Zero);
    private static readonly Guid Salesperson = Guid.CreateVersion7();
    private readonly IRepository<Customer> _customers = Substitute.For<IRepository<Customer>>();
    private readonly IRepository<TaskItem> _tasks = Substitute.For<IRepository<TaskItem>>();
    private readonly IOutbox _outbox = Substitute.For<IOutbox>();
    private readonly IPlanUsage _usage = Substitute.For<IPlanUsage>();
    private readonly IRequestContext _context = Substitute.For<IRequestContext>();

    public OnboardingTests()
    {
        Tenant(welcomeEmail: true);
        _usage.TryTakeAsync("emails", Arg.Any<CancellationToken>()).Returns(true);
    }

    [Fact]
    public async Task A_new_customer_gets_a_task_of_its_owner_due_in_a_day()
    {
        var created = Opened("ada@example.com");
        TaskItem? task = null;
        _tasks.Add(Arg.Do<TaskItem>(t => task = t));

        await new StartOnboardingWhenCustomerCreated(_customers, _tasks, _context, new Clock()).HandleAsync(created, default);

        task!.Details.ShouldSatisfyAllConditions(
            d => d.Title.ShouldBe("Initial customer contact"), d => d.Type.ShouldBe(TaskType.FollowUp), d => d.Priority.ShouldBe(TaskPriority.High),
            d => d.DueAt.ShouldBe(Now.AddDays(1)), d => d.AssigneeId.ShouldBe(Salesperson), d => d.CustomerId.ShouldBe(created.Id));
    }

    [Fact]
    public async Task A_new_customer_is_welcomed_after_commit()
    {
        var created = Opened("ada@example.com");

        await Welcome().HandleAsync(created, default);

        _outbox.Received(1).Enqueue(created, "email.welcome");
    }

    [Fact]
    public async Task A_customer_without_an_address_is_not()
    {
        await Welcome().HandleAsync(Opened(null), default);

        _outbox.ReceivedCalls().ShouldBeEmpty();
    }

    [Fact]
    public async Task Nor_is_one_of_a_tenant_that_wants_no_welcome()
    {
        Tenant(welcomeEmail: false);

        await Welcome().HandleAsync(Opened("ada@example.com"), default);

        _outbox.ReceivedCalls().ShouldBeEmpty();
    }

    [Fact]
    public async Task Nor_is_one_where_the_plan_allows_no_more_e_mails()
    {
        _usage.TryTakeAsync("emails", Arg.Any<CancellationToken>()).Returns(false);

        await Welcome().HandleAsync(Opened("ada@example.com"), default);

        _outbox.ReceivedCalls().ShouldBeEmpty();
    }

    private WelcomeCustomerWhenCustomerCreated Welcome() => new(_customers, _outbox, _usage, _context);

    private Created<Customer> Opened(string? email)
    {
        var customer = Customer.Open(Guid.CreateVersion7(), 1, new CustomerDetails
        {
            Name = "Ada Byron",
            Email = email is null ? null : EmailAddress.Parse(email),
            OwnerId = Salesperson,
        });
        _customers.GetAsync(customer.Id, Arg.Any<CancellationToken>()).Returns(customer);
        return new Created<Customer>(customer.Id);
    }

    private void Tenant(bool welcomeEmail) => _context.Caller.Returns(new Caller(Salesperson, Guid.CreateVersion7(), Role.User, null, FrozenSet<string>.Empty,
        new TenantProfile("Org", "EUR", null, "en", "UTC", RecordVisibility.All, welcomeEmail)));

    private sealed class Clock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
