using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Dapper;
using Npgsql;

namespace Crm.Infrastructure.Persistence;

/// <summary>
/// Claims keys by inserting them in the command's transaction: a twin's insert waits for the first to end, then finds its answer, or
/// the key free again when the first was refused.
/// </summary>
internal sealed class IdempotencyStore(TenantSession session, IRequestContext context) : IIdempotencyStore
{
    private const string Claim = """
        set local lock_timeout = '5s';
        delete from crm.idempotency_keys
        where tenant_id = @TenantId and caller_id = @CallerId and key = @Key and created_at < now() - interval '24 hours';
        insert into crm.idempotency_keys (tenant_id, caller_id, key, fingerprint, created_at)
        values (@TenantId, @CallerId, @Key, @Fingerprint, now())
        on conflict do nothing returning 1;
        set local lock_timeout = 0
        """;

    private const string Stored = """
        select fingerprint as Fingerprint, status as Status, headers::text as Headers, body as Body from crm.idempotency_keys
        where tenant_id = @TenantId and caller_id = @CallerId and key = @Key
        """;

    private const string Keep = """
        update crm.idempotency_keys set status = @Status, headers = @Headers::jsonb, body = @Body
        where tenant_id = @TenantId and caller_id = @CallerId and key = @Key
        """;

    public async Task<Answer?> ClaimAsync(IdempotencyKey key, CancellationToken ct)
    {
        var parameters = new { session.TenantId, CallerId = context.Caller.UserId, key.Key, key.Fingerprint };
        try
        {
            var claimed = await session.Connection.QueryAsync<int>(new CommandDefinition(Claim, parameters, session.Transaction, cancellationToken: ct));
            if (claimed.Any()) return null;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw new CrmException(ErrorKind.Conflict, "IDEMPOTENCY_IN_FLIGHT", "A request with this Idempotency-Key is still running.")
            { RetryAfter = TimeSpan.FromSeconds(1) };
        }
        catch (Exception e) when (PostgresErrors.Translate(e) is { } refusal)
        {
            throw refusal;
        }
        var stored = await session.Connection.QuerySingleAsync<StoredRow>(new CommandDefinition(Stored, parameters, session.Transaction, cancellationToken: ct));
        if (!stored.Fingerprint.AsSpan().SequenceEqual(key.Fingerprint))
            throw new CrmException(ErrorKind.Unprocessable, "IDEMPOTENCY_KEY_REUSED", "This Idempotency-Key was used with another request.");
        var headers = JsonSerializer.Deserialize<StoredHeaders>(stored.Headers ?? "{}")!;
        return new Answer(stored.Status ?? 204, stored.Body ?? [], headers.ETag, headers.Location) { Replayed = true };
    }

    public Task StoreAsync(IdempotencyKey key, Answer answer, CancellationToken ct) => session.Connection.ExecuteAsync(new CommandDefinition(Keep, new
    {
        session.TenantId,
        CallerId = context.Caller.UserId,
        key.Key,
        answer.Status,
        Headers = JsonSerializer.Serialize(new StoredHeaders(answer.ETag, answer.Location)),
        Body = answer.Body.ToArray(),
    }, session.Transaction, cancellationToken: ct));

    private sealed record StoredRow(byte[] Fingerprint, int? Status, string? Headers, byte[]? Body);

    private sealed record StoredHeaders(string? ETag, string? Location);
}
