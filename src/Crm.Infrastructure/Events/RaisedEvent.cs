using Crm.Domain.Common;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace Crm.Infrastructure.Events;

/// <summary>An event on its way into the log. <paramref name="Cause"/> is the event whose handler raised it; null = the request itself.</summary>
internal sealed record RaisedEvent(EntityEntry<AggregateRoot> Entry, IDomainEvent Event, IDomainEvent? Cause);
