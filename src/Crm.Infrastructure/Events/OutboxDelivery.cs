using System.Diagnostics;
using System.Net.Mail;
using System.Net.Sockets;
using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Application.Binding;
using Crm.Application.CustomFields;
using Crm.Domain.Common;
using Crm.Domain.Tenants;
using Crm.Infrastructure.Persistence;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Crm.Infrastructure.Events;

/// <summary>
/// One try of one delivery, in a scope of its own: reads the event as its tenant, gives it to the sink, writes down how it ended.
/// Nothing is open in the database while the sink works.
/// </summary>
internal sealed partial class OutboxDelivery(IServiceScopeFactory scopes, OutboxQueue queue, NpgsqlDataSource source, TimeProvider clock, ILogger<OutboxDelivery> logger)
{
    private const string Sql = TenantSession.SetTenant + """
        select e.type, e.aggregate_type as AggregateType, e.aggregate_id as AggregateId, e.version, e.occurred_at as OccurredAt, e.data::text as Data,
               e.actor_type as ActorType, e.actor_id as ActorId, e.api_key_id as ApiKeyId, s.name, s.currency, s.country, s.language, s.time_zone as TimeZone,
               s.record_visibility as RecordVisibility, s.welcome_email as WelcomeEmail
        from crm_read.tenant_settings s
        left join crm_read.events e on e.tenant_id = @TenantId and e.id = @EventId
        where s.tenant_id = @TenantId
        """;

    /// <summary>Never throws: what cannot even be written down is tried again when the lease ends.</summary>
    public async Task RunAsync(ClaimedRow row, CancellationToken stopping)
    {
        try
        {
            await TryAsync(row, stopping);
        }
        catch (Exception e)
        {
            NotRecorded(row.Id, row.Sink, e);
        }
    }

    private async Task TryAsync(ClaimedRow row, CancellationToken stopping)
    {
        // Part of the trace of the request that left the row, however much later and wherever it is delivered.
        using var activity = row.TraceParent is { } parent ? Telemetry.Source.StartActivity("Outbox " + row.Sink, ActivityKind.Consumer, parent) : null;
        activity?.SetTag("crm.outbox.attempt", row.Attempts);
        using var timeout = new CancellationTokenSource(RetryPolicy.Timeout, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stopping);
        try
        {
            await DeliverAsync(row, limit.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await queue.ReleaseAsync(row);
            return;
        }
        catch (UndeliverableException e)
        {
            Refused(row.EventId, row.Sink, row.Attempts, e.Message);
            await GiveUpAsync(row, e.Message, stopping);
            return;
        }
        catch (Exception e)
        {
            var error = timeout.IsCancellationRequested ? "timed out" : Describe(e);
            activity?.SetStatus(ActivityStatusCode.Error, error);
            Failed(row.EventId, row.Sink, row.Attempts, error);
            if (row.Attempts >= RetryPolicy.MaxAttempts) await GiveUpAsync(row, error, stopping);
            else await queue.FailAsync(row, error);
            return;
        }
        await queue.DoneAsync(row);
    }

    private async Task GiveUpAsync(ClaimedRow row, string error, CancellationToken stopping)
    {
        await using (var scope = scopes.CreateAsyncScope())
        {
            scope.ServiceProvider.GetRequiredService<CurrentUseCase>().Name = "Outbox " + row.Sink;
            if (scope.ServiceProvider.GetServices<IOutboxSink>().FirstOrDefault(s => s.Name == row.Sink) is { } sink) await sink.GiveUpAsync(OutboxMessage.Without(row.EventId, row.TenantId), error, stopping);
        }
        await queue.FailAsync(row, error, giveUp: true);
    }

    private async Task DeliverAsync(ClaimedRow row, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var services = scope.ServiceProvider;
        services.GetRequiredService<CurrentUseCase>().Name = "Outbox " + row.Sink;
        var (message, tenant) = await ReadAsync(row, ct);
        services.GetRequiredService<IRequestContext>().ActAs(Caller.System(row.TenantId, tenant, CustomFieldSet.None));
        var again = FollowAgain.Is(row.Sink) ? services.GetServices<ILogFollower>().Select(follower => ActivatorUtilities.CreateInstance<FollowAgain>(services, follower)) : [];
        var sink = services.GetServices<IOutboxSink>().Concat(again).FirstOrDefault(s => s.Name == row.Sink) ?? throw new MissingException("no such sink");
        await sink.DeliverAsync(message ?? (sink.NeedsEvent ? throw new MissingException("no such event") : OutboxMessage.Without(row.EventId, row.TenantId)), ct);
    }

    private async Task<(OutboxMessage? Message, TenantProfile Tenant)> ReadAsync(ClaimedRow row, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var grid = await connection.QueryMultipleAsync(
            new CommandDefinition(Sql, new { row.TenantId, TenantText = row.TenantId.ToString(), row.EventId }, cancellationToken: ct));
        await grid.ReadAsync<string>();
        var e = await grid.ReadFirstOrDefaultAsync<EventRow>() ?? throw new MissingException("no such tenant");
        Choices.TryParse(typeof(RecordVisibility), e.RecordVisibility, out var visibility);
        return (e.Type is null ? null : new OutboxMessage(row.EventId, row.TenantId, e.Type, e.AggregateType!, e.AggregateId!.Value, e.Version!.Value, e.OccurredAt!.Value, e.Data!) { Actor = new EventActor(e.ActorType!, e.ActorId, e.ApiKeyId) },
            new TenantProfile(e.Name, e.Currency, e.Country, e.Language, e.TimeZone, (RecordVisibility)visibility, e.WelcomeEmail));
    }

    /// <summary>What is kept of an error: its kind. Messages of mail systems and others quote addresses.</summary>
    internal static string Describe(Exception e) => e switch
    {
        MissingException => e.Message,
        SmtpException { StatusCode: SmtpStatusCode.GeneralFailure, InnerException: { } cause } => $"SMTP {Describe(cause)}",
        SmtpException smtp => $"SMTP {(int)smtp.StatusCode} {smtp.StatusCode}",
        SocketException socket => socket.SocketErrorCode.ToString(),
        HttpRequestException { StatusCode: { } status } => $"HTTP {(int)status}",
        CrmException crm => crm.Code,
        PostgresException postgres => $"SQLSTATE {postgres.SqlState}",
        _ => e.GetType().Name,
    };

    [LoggerMessage(LogLevel.Warning, "Event {EventId} could not be delivered to {Sink} at try {Attempt}: {Error}")]
    private partial void Failed(Guid eventId, string sink, int attempt, string error);

    [LoggerMessage(LogLevel.Warning, "Event {EventId} was refused for good by {Sink} at try {Attempt}: {Error}")]
    private partial void Refused(Guid eventId, string sink, int attempt, string error);

    [LoggerMessage(LogLevel.Error, "The outcome of delivery {Id} to {Sink} could not be written")]
    private partial void NotRecorded(Guid id, string sink, Exception e);

    private sealed record EventRow(string? Type, string? AggregateType, Guid? AggregateId, int? Version, DateTime? OccurredAt, string? Data, string? ActorType, Guid? ActorId, Guid? ApiKeyId,
        string Name, string Currency, string? Country, string Language, string TimeZone, string RecordVisibility, bool WelcomeEmail);

    // Tried again: a newer program may know it.
    private sealed class MissingException(string message) : Exception(message);
}
