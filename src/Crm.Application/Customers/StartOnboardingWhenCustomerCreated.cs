using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Crm.Domain.Customers;
using Crm.Domain.Work;

namespace Crm.Application.Customers;

/// <summary>A new customer is contacted within a day (product.md §2): plans that task for its owner, in the same transaction.</summary>
internal sealed class StartOnboardingWhenCustomerCreated(IRepository<Customer> customers, IRepository<TaskItem> tasks, IRequestContext context, TimeProvider clock)
    : IDomainEventHandler<Created<Customer>>
{
    public async Task HandleAsync(Created<Customer> created, CancellationToken ct)
    {
        var customer = await customers.GetAsync(created.Id, ct);
        var now = clock.GetUtcNow();
        tasks.Add(TaskItem.Plan(Ids.New(now), new TaskDetails
        {
            Title = "Initial customer contact",
            Type = TaskType.FollowUp,
            Priority = TaskPriority.High,
            DueAt = now.AddDays(1),
            AssigneeId = customer.OwnerId,
            CustomerId = customer.Id,
        }, context.Caller.UserId, now));
    }
}
