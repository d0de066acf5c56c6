using System.Collections.Concurrent;
using System.Reflection;
using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Infrastructure.Events;

/// <summary>Hands an event to its in-transaction handlers, found by the event's type. Tells whether there were any.</summary>
internal sealed class DomainEventDispatcher(IServiceProvider services)
{
    private static readonly ConcurrentDictionary<Type, Func<IServiceProvider, IDomainEvent, CancellationToken, Task<bool>>> Dispatchers = new();

    public Task<bool> DispatchAsync(IDomainEvent domainEvent, CancellationToken ct) => Dispatchers.GetOrAdd(domainEvent.GetType(), static type =>
        typeof(DomainEventDispatcher).GetMethod(nameof(HandleAllAsync), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(type).CreateDelegate<Func<IServiceProvider, IDomainEvent, CancellationToken, Task<bool>>>())(services, domainEvent, ct);

    private static async Task<bool> HandleAllAsync<TEvent>(IServiceProvider services, IDomainEvent domainEvent, CancellationToken ct) where TEvent : IDomainEvent
    {
        var handled = false;
        foreach (var handler in services.GetServices<IDomainEventHandler<TEvent>>())
        {
            await handler.HandleAsync((TEvent)domainEvent, ct);
            handled = true;
        }
        return handled;
    }
}
