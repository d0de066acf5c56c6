using System.Globalization;
using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Events;
using Crm.Application.Listing;
using Crm.Domain.Common;

namespace Crm.Application.Webhooks;

/// <summary>What became of a delivery.</summary>
public enum WebhookDeliveryStatus
{
    /// <summary>It waits for its next try, or for the earlier events of its record.</summary>
    Pending,
    /// <summary>The receiver has answered 2xx.</summary>
    Delivered,
    /// <summary>It was given up: after all its tries, or because the receiver is gone.</summary>
    Failed,
    /// <summary>The webhook was deleted before it was sent.</summary>
    Cancelled,
}

/// <summary>One event on its way to a webhook. Deliveries that have ended are kept for 30 days.</summary>
/// <param name="EventId">The event; what is sent as <c>webhook-id</c>, the same with every try.</param>
/// <param name="EventType">Its type, such as lead.created; webhook.test when it was only tried out.</param>
/// <param name="AggregateId">The record it is about: its events are sent in their order.</param>
/// <param name="Status">What became of it.</param>
/// <param name="AttemptCount">How often it was tried since it was last asked for.</param>
/// <param name="NextAttemptAt">When it is tried again after a failure; null when it has not failed, or waits for an earlier one.</param>
/// <param name="LastAttemptAt">When it was last tried.</param>
/// <param name="LastStatus">The HTTP status of the last answer; null when there was none.</param>
/// <param name="LastError">Why the last try had no answer.</param>
/// <param name="EndedAt">When it was delivered, given up or cancelled.</param>
public record WebhookDelivery(Guid Id, Guid EventId, string EventType, string AggregateType, Guid AggregateId, WebhookDeliveryStatus Status, int AttemptCount,
    DateTimeOffset CreatedAt, DateTimeOffset? NextAttemptAt, DateTimeOffset? LastAttemptAt, int? LastStatus, string? LastError, DateTimeOffset? EndedAt);

/// <summary>The same with what was sent and answered.</summary>
/// <param name="Status">What became of it.</param>
/// <param name="Attempts">The latest tries, the last one first; at most 20.</param>
public sealed record WebhookDeliveryDetail(Guid Id, Guid EventId, string EventType, string AggregateType, Guid AggregateId, WebhookDeliveryStatus Status, int AttemptCount,
    DateTimeOffset CreatedAt, DateTimeOffset? NextAttemptAt, DateTimeOffset? LastAttemptAt, int? LastStatus, string? LastError, DateTimeOffset? EndedAt,
    IReadOnlyList<WebhookAttempt> Attempts)
    : WebhookDelivery(Id, EventId, EventType, AggregateType, AggregateId, Status, AttemptCount, CreatedAt, NextAttemptAt, LastAttemptAt, LastStatus, LastError, EndedAt);

/// <summary>One try.</summary>
/// <param name="At">When it began.</param>
/// <param name="DurationMs">How long it took, in milliseconds.</param>
/// <param name="Url">The address it went to.</param>
/// <param name="RequestHeaders">What was sent besides the usual headers; the signature among them.</param>
/// <param name="RequestBody">The first 4 kB of what was sent.</param>
/// <param name="Status">The HTTP status; null without an answer.</param>
/// <param name="ResponseHeaders">The first 50, each cut at 500 characters.</param>
/// <param name="ResponseBody">The first 4 kB; null without an answer.</param>
/// <param name="Error">Why there was no answer, or no whole one.</param>
public sealed record WebhookAttempt(DateTimeOffset At, int DurationMs, string Url, IReadOnlyDictionary<string, string> RequestHeaders, string RequestBody,
    int? Status, IReadOnlyDictionary<string, string> ResponseHeaders, string? ResponseBody, string? Error);

/// <summary>A webhook's deliveries, the latest first.</summary>
/// <param name="Status">Only these: PENDING, DELIVERED, FAILED or CANCELLED.</param>
/// <param name="EventType">Only of this type, such as lead.created.</param>
[Requires(Permissions.WebhooksRead)]
public sealed record ListWebhookDeliveries(Guid Id, PageRequest Page, [OneOf("PENDING", "DELIVERED", "FAILED", "CANCELLED")] string? Status = null, string? EventType = null)
    : IQuery<DataPage<WebhookDelivery>>;

/// <summary>One delivery with its latest tries: what was sent, and what was answered.</summary>
[Requires(Permissions.WebhooksRead)]
public sealed record GetWebhookDelivery(Guid Id, Guid DeliveryId) : IQuery<WebhookDeliveryDetail>;

internal sealed class ListWebhookDeliveriesHandler(IReadDb db, RecordReader records, WebhookResource webhooks) : IQueryHandler<ListWebhookDeliveries, DataPage<WebhookDelivery>>
{
    private const string Sql = $"""
        select {WebhookDeliveryRow.Columns}
        from crm_read.webhook_deliveries d
        where d.tenant_id = @TenantId and d.webhook_id = @Id and (@Status::text is null or d.status = @Status) and (@EventType::text is null or d.event_type = @EventType)
          and (@CreatedAt::timestamptz is null or (d.created_at, d.id) < (@CreatedAt, @LastId))
        order by d.created_at desc, d.id desc offset @Skip limit @Limit
        """;

    public async Task<DataPage<WebhookDelivery>> Handle(ListWebhookDeliveries query, CancellationToken ct)
    {
        var page = query.Page;
        if (query.EventType is { } type && type != WebhookEvents.Test && !EventTypes.All.Contains(type)) throw QueryErrors.Invalid("eventType", $"'{type}' is no event type");
        var (createdAt, lastId) = page.Cursor is null ? (null, Guid.Empty) : Decode(page.Cursor);
        if (await records.FindAsync(webhooks, query.Id, new ListRequest { Fields = [webhooks.Find("id")!] }, ct) is null) throw CrmException.NotFound(webhooks.Singular);
        // One row more tells whether there is a next page.
        var rows = await db.QueryAsync<WebhookDeliveryRow>(Sql, new { query.Id, query.Status, query.EventType, CreatedAt = createdAt, LastId = lastId, page.Skip, Limit = page.Take + 1 }, ct);
        var next = rows.Count > page.Take ? $"{rows[page.Take - 1].CreatedAt.Ticks.ToString(CultureInfo.InvariantCulture)}.{rows[page.Take - 1].Id:N}" : null;
        return new DataPage<WebhookDelivery>([.. rows.Take(page.Take).Select(r => r.Delivery())], new PageMeta(page.Skip, page.Take, null, false, next));
    }

    private static (DateTime?, Guid) Decode(string cursor) =>
        cursor.Split('.') is [var ticks, var id] && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
        && at <= DateTime.MaxValue.Ticks && Guid.TryParseExact(id, "N", out var last)
            ? (new DateTime(at, DateTimeKind.Utc), last)
            : throw QueryErrors.Invalid("cursor", "is not a cursor of this list");
}

internal sealed class GetWebhookDeliveryHandler(IReadDb db, RecordReader records, WebhookResource webhooks) : IQueryHandler<GetWebhookDelivery, WebhookDeliveryDetail>
{
    private const string Sql = $"""
        select {WebhookDeliveryRow.Columns}, d.attempts::text as Attempts
        from crm_read.webhook_deliveries d where d.tenant_id = @TenantId and d.webhook_id = @Id and d.id = @DeliveryId
        """;

    public async Task<WebhookDeliveryDetail> Handle(GetWebhookDelivery query, CancellationToken ct)
    {
        if (await records.FindAsync(webhooks, query.Id, new ListRequest { Fields = [webhooks.Find("id")!] }, ct) is null) throw CrmException.NotFound(webhooks.Singular);
        return (await db.FirstOrDefaultAsync<WebhookDeliveryRow>(Sql, new { query.Id, query.DeliveryId }, ct))?.Detail() ?? throw Domain.Webhooks.WebhookErrors.NoSuchDelivery();
    }
}

internal sealed record WebhookDeliveryRow
{
    public const string Columns = """
        d.id as Id, d.event_id as EventId, d.event_type as EventType, d.aggregate_type as AggregateType, d.aggregate_id as AggregateId, d.status as Status, d.attempt_count as AttemptCount,
          d.created_at as CreatedAt, d.next_attempt_at as NextAttemptAt, d.last_attempt_at as LastAttemptAt, d.last_status as LastStatus, d.last_error as LastError, d.ended_at as EndedAt
        """;

    public Guid Id { get; init; }
    public Guid EventId { get; init; }
    public string EventType { get; init; } = "";
    public string AggregateType { get; init; } = "";
    public Guid AggregateId { get; init; }
    public string Status { get; init; } = "";
    public int AttemptCount { get; init; }
    public DateTime CreatedAt { get; init; }
    public DateTime? NextAttemptAt { get; init; }
    public DateTime? LastAttemptAt { get; init; }
    public int? LastStatus { get; init; }
    public string? LastError { get; init; }
    public DateTime? EndedAt { get; init; }
    public string Attempts { get; init; } = "[]";

    public WebhookDelivery Delivery() =>
        new(Id, EventId, EventType, AggregateType, AggregateId, State, AttemptCount, CreatedAt, NextAttemptAt, LastAttemptAt, LastStatus, LastError, EndedAt);

    public WebhookDeliveryDetail Detail() =>
        new(Id, EventId, EventType, AggregateType, AggregateId, State, AttemptCount, CreatedAt, NextAttemptAt, LastAttemptAt, LastStatus, LastError, EndedAt,
            JsonSerializer.Deserialize<List<WebhookAttempt>>(Attempts, WireJson.Options)!);

    private WebhookDeliveryStatus State => Choices.TryParse(typeof(WebhookDeliveryStatus), Status, out var status) ? (WebhookDeliveryStatus)status : throw new InvalidOperationException(Status);
}
