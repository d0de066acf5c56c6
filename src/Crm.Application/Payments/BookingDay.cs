using Crm.Application.Abstractions;
using Crm.Domain.Common;

namespace Crm.Application.Payments;

/// <summary>The day on which money is booked: today in the organization's zone.</summary>
public sealed class BookingDay(IRequestContext context, TimeProvider clock) : ISharedByUseCases
{
    /// <summary>That day.</summary>
    public DateOnly Today => TimeZones.DayIn(context.Caller.Tenant.TimeZone, clock.GetUtcNow());
}
