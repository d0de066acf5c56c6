using Crm.Application.Abstractions;
using Crm.Application.Listing;
using Crm.Application.Resources;

namespace Crm.Application.Events;

/// <summary>A page of the log for a caller.</summary>
internal static class EventPage
{
    /// <summary>Reads it; <c>meta.position</c> is where to go on.</summary>
    /// <param name="named">What the caller calls the position he sent; null when it is none of his.</param>
    /// <exception cref="Domain.Common.CrmException">INVALID_QUERY: take is out of range, or the log has not come so far.</exception>
    public static async Task<DataPage<LogEvent>> ReadAsync(IReadDb db, EventScope scope, ResourceCatalog resources, LogPosition after, string? named, int take, CancellationToken ct)
    {
        if (take is < 1 or > ListRequest.MaxTake) throw QueryErrors.Invalid("take", $"must be between 1 and {ListRequest.MaxTake}");
        var rows = await db.QueryAsync<LogRow>(LogSql.Of(scope.Condition), scope.Parameters(after, take), ct);
        if (named is not null) LogSql.EnsureWritten(rows, after, named);
        var page = LogSql.Page(rows, scope.Caller, resources, after, take);
        var position = page.Next.ToString();
        return new DataPage<LogEvent>([.. page.Events.Select(e => e.Event)], new PageMeta(0, take, null, false, page.More ? position : null) { Position = position });
    }
}
