using Crm.Application.Abstractions;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.EventConsumers;
using FluentValidation;

namespace Crm.Application.EventConsumers;

/// <summary>Registers a consumer, at the beginning of the log. DUPLICATE when its name is taken.</summary>
[Requires(Permissions.EventConsumersWrite)]
public sealed record CreateEventConsumer(EventConsumerDetails Details) : ICommand<Guid>;

internal sealed class CreateEventConsumerValidator : AbstractValidator<CreateEventConsumer>
{
    public CreateEventConsumerValidator(EventConsumerResource consumers) => RuleFor(c => c.Details).Meets(consumers);
}

internal sealed class CreateEventConsumerHandler(IRepository<EventConsumer> consumers, TimeProvider clock) : ICommandHandler<CreateEventConsumer, Guid>
{
    public Task<Guid> Handle(CreateEventConsumer command, CancellationToken ct)
    {
        var consumer = EventConsumer.Register(Ids.New(clock.GetUtcNow()), command.Details);
        consumers.Add(consumer);
        return Task.FromResult(consumer.Id);
    }
}
