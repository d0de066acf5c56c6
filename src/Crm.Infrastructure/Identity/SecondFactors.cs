using System.Security.Cryptography;
using System.Text;
using Crm.Application.Identity;
using Microsoft.Extensions.Logging;

namespace Crm.Infrastructure.Identity;

/// <summary>Second factors in the database: secrets sealed for their user, recovery codes as hashes that carry the user's id.</summary>
internal sealed partial class SecondFactors(GlobalDb db, Sealer sealer, SignedOut standings, TimeProvider clock, ILogger<SecondFactors> logger) : ISecondFactors
{
    public async Task<SecondFactor?> FindAsync(Guid userId, CancellationToken ct)
    {
        if (await db.AloneAsync<Row>("""
            select f.secret as Secret, f.confirmed_at as ConfirmedAt, (select count(*)::int from crm.recovery_codes c where c.user_id = f.user_id) as RecoveryCodes
            from crm.second_factors f where f.user_id = @UserId
            """, new { UserId = userId }, ct) is not [var row]) return null;
        var secret = sealer.Open(row.Secret, userId.ToByteArray());
        if (secret is null) NotOpened(userId);
        return new SecondFactor(secret, row.ConfirmedAt, row.RecoveryCodes);
    }

    public async Task<bool> BeginAsync(Guid userId, byte[] secret, CancellationToken ct) => await RunAsync("""
        insert into crm.second_factors as f (user_id, secret, created_at) values (@UserId, @Secret, @Now)
        on conflict (user_id) do update set secret = excluded.secret, created_at = excluded.created_at, last_step = 0 where f.confirmed_at is null
        returning 1
        """, new { UserId = userId, Secret = sealer.Seal(secret, userId.ToByteArray()), Now = clock.GetUtcNow() }, ct);

    public async Task<bool> ConfirmAsync(Guid userId, long step, IReadOnlyList<string> recoveryCodes, CancellationToken ct) => await ForgottenAsync(userId, await RunAsync("""
        with confirmed as (
          update crm.second_factors set confirmed_at = @Now, last_step = @Step where user_id = @UserId and confirmed_at is null returning user_id)
        insert into crm.recovery_codes (user_id, code_hash) select c.user_id, h from confirmed c, unnest(@Hashes) h
        returning 1
        """, new { UserId = userId, Step = step, Hashes = HashesOf(userId, recoveryCodes), Now = clock.GetUtcNow() }, ct), ct);

    // Of two who come with the same code at once the second waits for the row and finds the step spent.
    public async Task<bool> SpendAsync(Guid userId, long step, CancellationToken ct) => await RunAsync(
        "update crm.second_factors set last_step = @Step where user_id = @UserId and confirmed_at is not null and last_step < @Step returning 1", new { UserId = userId, Step = step }, ct);

    public async Task<bool> SpendRecoveryCodeAsync(Guid userId, string code, CancellationToken ct) => await RunAsync(
        "delete from crm.recovery_codes where user_id = @UserId and code_hash = @Hash returning 1", new { UserId = userId, Hash = HashOf(userId, code) }, ct);

    public async Task<bool> RenewRecoveryCodesAsync(Guid userId, IReadOnlyList<string> recoveryCodes, CancellationToken ct) => await RunAsync("""
        with gone as (delete from crm.recovery_codes where user_id = @UserId)
        insert into crm.recovery_codes (user_id, code_hash)
        select f.user_id, h from crm.second_factors f, unnest(@Hashes) h where f.user_id = @UserId and f.confirmed_at is not null
        returning 1
        """, new { UserId = userId, Hashes = HashesOf(userId, recoveryCodes) }, ct);

    public async Task RemoveAsync(Guid userId, CancellationToken ct) => await ForgottenAsync(userId, await RunAsync("""
        delete from crm.recovery_codes where user_id = @UserId;
        delete from crm.second_factors where user_id = @UserId
        """, new { UserId = userId }, ct), ct);

    /// <summary>A tenant may ask for a second factor: what is cached about the user's standing ends with the change.</summary>
    private async Task<bool> ForgottenAsync(Guid userId, bool done, CancellationToken ct)
    {
        standings.Forget(await db.AloneAsync<(Guid, Guid)>("select user_id, tenant_id from crm.user_tenants where user_id = @UserId", new { UserId = userId }, ct));
        return done;
    }

    private async Task<bool> RunAsync(string sql, object parameters, CancellationToken ct) => (await db.AloneAsync<int>(sql, parameters, ct)).Count > 0;

    private static byte[][] HashesOf(Guid userId, IReadOnlyList<string> codes) => [.. codes.Select(c => HashOf(userId, c))];

    /// <summary>80 random bits: nothing to guess, so nothing to stretch.</summary>
    private static byte[] HashOf(Guid userId, string code) => SHA256.HashData([.. userId.ToByteArray(), .. Encoding.UTF8.GetBytes(RecoveryCodes.Bare(code))]);

    [LoggerMessage(LogLevel.Error, "The second factor of user {UserId} was sealed with a key that is not here (Encryption__Key, Jwt__Key or the data folder's): only recovery codes count")]
    private partial void NotOpened(Guid userId);

    private sealed record Row(byte[] Secret, DateTime? ConfirmedAt, int RecoveryCodes);
}
