using Crm.Application.Abstractions;
using Crm.Application.Resources;

namespace Crm.Application.Subscriptions;

/// <summary>For how long something counts that a plan limits.</summary>
public enum LimitPeriod
{
    /// <summary>As long as it is there.</summary>
    None,
    /// <summary>In the calendar month, in UTC.</summary>
    Month,
    /// <summary>In the minute.</summary>
    Minute,
}

/// <summary>What plans can limit: records by what their resources declare, and what is counted by the month or the minute.</summary>
public sealed class LimitNames(ResourceCatalog resources) : ISharedByUseCases
{
    /// <summary>Active members who are persons.</summary>
    public const string Users = "users";

    /// <summary>E-mails that members or their rules send, in a month.</summary>
    public const string Emails = "emails";

    /// <summary>Questions to the assistant, in a month.</summary>
    public const string AiCalls = "aiCalls";

    /// <summary>Requests to the API, in a minute.</summary>
    public const string ApiRequests = "apiRequests";

    /// <summary>All of them, in the order they are shown.</summary>
    public IReadOnlyList<string> All => [.. Counted.Select(r => r.LimitName!).Order(StringComparer.Ordinal), Emails, AiCalls, ApiRequests];

    /// <summary>The resources whose records plans limit.</summary>
    public IReadOnlyList<Resource> Counted => [.. resources.All.Where(r => r is { LimitName: not null, IsView: false })];

    /// <summary>For how long it counts.</summary>
    public static LimitPeriod PeriodOf(string name) => name switch { Emails or AiCalls => LimitPeriod.Month, ApiRequests => LimitPeriod.Minute, _ => LimitPeriod.None };

    /// <summary>The day by which what is used at <paramref name="now"/> is counted: the first of the month, or one for good.</summary>
    public static DateOnly DayOf(string name, DateTimeOffset now) => PeriodOf(name) == LimitPeriod.Month ? new DateOnly(now.UtcDateTime.Year, now.UtcDateTime.Month, 1) : DateOnly.FromDateTime(DateTime.UnixEpoch);

    /// <summary>How many living records count, over <c>crm_read</c>.</summary>
    public static string CountSql(Resource resource) =>
        $"(select count(*) from crm_read.{resource.Table} t where t.tenant_id = @TenantId and t.deleted_at is null{(resource.LimitCondition is { } only ? $" and {only}" : "")})";
}
