using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Records;
using Crm.Domain.EventConsumers;

namespace Crm.Application.EventConsumers;

/// <summary>Changes a consumer. It stays where it is in the log.</summary>
[Requires(Permissions.EventConsumersWrite)]
public sealed record UpdateEventConsumer(Guid Id, Patch<EventConsumerDetails> Changes) : ChangesRecord<EventConsumer, EventConsumerDetails>(Id, Changes);

internal sealed class UpdateEventConsumerHandler(IRepository<EventConsumer> consumers) : RevisesRecord<UpdateEventConsumer, EventConsumer, EventConsumerDetails>(consumers);
