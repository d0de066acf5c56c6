using System.Text;
using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Application.Events;
using Crm.Application.Outbound;
using Crm.Application.Records;
using Crm.Application.Webhooks;
using Crm.Domain.Webhooks;
using Crm.Infrastructure.Events;
using Crm.Infrastructure.Identity;
using Crm.Infrastructure.Persistence;
using Dapper;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Crm.Infrastructure.Webhooks;

/// <summary>
/// One try of the first delivery in a lane: reads what it is as its tenant, sends it, writes down how it ended. Nothing is open in the database while the receiver is asked.
/// </summary>
internal sealed partial class WebhookSender(NpgsqlDataSource source, WebhookQueue queue, LogReader log, SystemCallers callers, Sealer sealer, IOutboundHttp outbound, WebhookMetrics metrics,
    IServiceScopeFactory scopes, TimeProvider clock, ILogger<WebhookSender> logger)
{
    private const int KeptBody = 4 << 10, Gone = 410;

    private const string FirstSql = TenantSession.SetTenant + """
        select d.id as Id, d.event_id as EventId, d.event_type as EventType, d.attempt_count as AttemptCount, d.created_at as CreatedAt, w.url as Url, w.version as Version
        from crm_read.webhook_deliveries d join crm_read.webhooks w on w.tenant_id = @TenantId and w.id = d.webhook_id
        where d.tenant_id = @TenantId and d.webhook_id = @WebhookId and d.aggregate_id = @AggregateId and d.status = 'PENDING'
        order by d.epoch, d.xid, d.n limit 1;
        select s.secret from crm_read.webhook_secrets s
        where s.tenant_id = @TenantId and s.webhook_id = @WebhookId and (s.expires_at is null or s.expires_at > now()) order by s.expires_at nulls first;
        """;

    /// <summary>Never throws: what cannot even be written down is tried again when the lease ends.</summary>
    public async Task RunAsync(Guid holder, ClaimedLane lane, CancellationToken stopping)
    {
        try
        {
            await TryAsync(holder, lane, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await queue.ReleaseAsync(holder, lane).ContinueWith(_ => { }, TaskScheduler.Default);
        }
        catch (Exception e)
        {
            NotTried(lane.WebhookId, e);
        }
    }

    private async Task TryAsync(Guid holder, ClaimedLane lane, CancellationToken stopping)
    {
        var (first, secrets) = await FirstAsync(lane, stopping);
        if (first is null)
        {
            await queue.LeaveAsync(holder, lane);
            return;
        }
        var body = await BodyAsync(lane, first, stopping);
        var began = clock.GetUtcNow();
        var headers = StandardWebhooks.Headers(secrets, first.EventId.ToString(), began, body);
        // Without a secret that can be opened nothing is sent: the receiver could not tell it from a forgery.
        var answer = secrets.Count == 0 ? new OutboundAnswer(null, new Dictionary<string, string>(), null, "the secret cannot be opened; rotate it", TimeSpan.Zero)
            : await outbound.SendAsync(new OutboundCall(first.Url, headers, body), stopping);
        var outcome = Outcome(first, began, headers, body, answer);
        metrics.Count(outcome.Status, answer.Took);
        var exhausted = await queue.EndAsync(holder, lane, outcome);
        if (!answer.IsSuccess) Failed(first.EventId, lane.WebhookId, first.AttemptCount + 1, answer.Error ?? $"HTTP {answer.Status}");
        if (answer.Status == Gone) await DisableAsync(lane, WebhookDisabledReason.Gone, stopping);
        else if (exhausted) await DisableAsync(lane, WebhookDisabledReason.Failing, stopping);
    }

    private static WebhookOutcome Outcome(First first, DateTimeOffset began, Dictionary<string, string> headers, ReadOnlyMemory<byte> body, OutboundAnswer answer)
    {
        var attempts = first.AttemptCount + 1;
        var attempt = new WebhookAttempt(began, (int)answer.Took.TotalMilliseconds, first.Url, headers, Beginning(body.Span), answer.Status, answer.Headers, answer.Body, answer.Error);
        if (answer.IsSuccess) return new WebhookOutcome(first.Id, "DELIVERED", null, null, attempt);
        if (answer.Status == Gone || attempts >= WebhookRetries.MaxAttempts) return new WebhookOutcome(first.Id, "FAILED", null, null, attempt);
        var asked = answer.RetryAfter is { } wait ? wait < WebhookRetries.LongestWait ? wait : WebhookRetries.LongestWait : (TimeSpan?)null;
        return new WebhookOutcome(first.Id, "PENDING", WebhookRetries.Delay(attempts, Random.Shared.NextDouble(), asked), asked, attempt);
    }

    private async Task<(First? First, IReadOnlyList<byte[]> Secrets)> FirstAsync(ClaimedLane lane, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var grid = await connection.QueryMultipleAsync(new CommandDefinition(FirstSql,
            new { lane.TenantId, TenantText = lane.TenantId.ToString(), lane.WebhookId, lane.AggregateId }, cancellationToken: ct));
        await grid.ReadAsync<string>();
        var first = (await grid.ReadAsync<First>()).FirstOrDefault();
        return (first, [.. (await grid.ReadAsync<byte[]>()).Select(secret => sealer.Open(secret, lane.WebhookId.ToByteArray())).OfType<byte[]>()]);
    }

    private async Task<ReadOnlyMemory<byte>> BodyAsync(ClaimedLane lane, First first, CancellationToken ct)
    {
        if (first.EventType == WebhookEvents.Test) return JsonSerializer.SerializeToUtf8Bytes(TestOf(lane, first), WireJson.Options);
        var caller = await callers.FindAsync(lane.TenantId, ct) ?? throw new InvalidOperationException("There is no such tenant.");
        var logged = await log.FindAsync(caller, first.EventId, ct) ?? throw new InvalidOperationException("There is no such event.");
        return JsonSerializer.SerializeToUtf8Bytes(logged.Event, WireJson.Options);
    }

    private static LogEvent TestOf(ClaimedLane lane, First first) =>
        new(first.EventId, LogPosition.Beginning.ToString(), WebhookEvents.Test, "webhook", lane.WebhookId, first.Version, first.CreatedAt, new Actor("SYSTEM", null, null), null, null,
            JsonSerializer.SerializeToElement(new { id = lane.WebhookId }, WireJson.Options));

    /// <summary>As much of the body as is kept, without half a character at its end.</summary>
    private static string Beginning(ReadOnlySpan<byte> body) => Encoding.UTF8.GetString(body[..Math.Min(body.Length, KeptBody)]).TrimEnd('\uFFFD');

    private async Task DisableAsync(ClaimedLane lane, WebhookDisabledReason reason, CancellationToken ct)
    {
        if (await callers.FindAsync(lane.TenantId, ct) is not { } caller) return;
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentUseCase>().Name = "Webhooks";
        scope.ServiceProvider.GetRequiredService<IRequestContext>().ActAs(caller);
        await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new DisableWebhook(lane.WebhookId, reason), ct);
        Disabled(lane.WebhookId, reason);
    }

    [LoggerMessage(LogLevel.Information, "Event {EventId} could not be delivered to webhook {WebhookId} at try {Attempt}: {Error}")]
    private partial void Failed(Guid eventId, Guid webhookId, int attempt, string error);

    [LoggerMessage(LogLevel.Warning, "Webhook {WebhookId} is disabled: {Reason}")]
    private partial void Disabled(Guid webhookId, WebhookDisabledReason reason);

    [LoggerMessage(LogLevel.Error, "A delivery to webhook {WebhookId} could not be tried, or its outcome not be written; it is tried again in a moment")]
    private partial void NotTried(Guid webhookId, Exception e);

    private sealed record First
    {
        public Guid Id { get; init; }
        public Guid EventId { get; init; }
        public string EventType { get; init; } = "";
        public int AttemptCount { get; init; }
        public DateTime CreatedAt { get; init; }
        public string Url { get; init; } = "";
        public int Version { get; init; }
    }
}
