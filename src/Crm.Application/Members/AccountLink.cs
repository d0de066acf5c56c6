using Crm.Application.Abstractions;
using Crm.Application.Identity;
using Crm.Domain.Common;

namespace Crm.Application.Members;

/// <summary>
/// Finds the user of an address that becomes a member: a new one with the password sent, or the one it has, proven by his own password
/// (docs/decisions/0018). Hashing takes a tenth of a second, in which no transaction should be open: it is prepared before.
/// </summary>
public sealed class AccountLink(IUserStore users, IPasswordHasher passwords, ILoginThrottle throttle, SecondFactorCheck factor, TimeProvider clock) : ISharedByUseCases
{
    private string? _hash;
    private (Guid UserId, string? Hash, bool IsRight) _compared;
    private UserAccount? _account;
    private bool _passed;

    /// <summary>True when the account that was linked has a second factor that was not given.</summary>
    public bool LacksSecondFactor => _account is { HasSecondFactor: true } && !_passed;

    /// <summary>Hashes or compares the password, before the transaction. Refuses nothing yet: the answer to a retry may be there already.</summary>
    /// <exception cref="CrmException">RATE_LIMITED.</exception>
    public async Task PrepareAsync(EmailAddress email, string password, CancellationToken ct)
    {
        _account = await users.FindByEmailAsync(email, ct);
        if (_account is { BelongsSomewhere: true }) await CompareAsync(_account, password, ct);
        else _hash = passwords.Hash(password);
    }

    /// <summary>Spends the code of an account that has a second factor, once its password was right. False when one was given and is wrong.</summary>
    /// <exception cref="CrmException">RATE_LIMITED.</exception>
    public async Task<bool> PassesSecondFactorAsync(string? code, string? recoveryCode, CancellationToken ct)
    {
        if (_account is not { HasSecondFactor: true } || (_account.BelongsSomewhere && !_compared.IsRight) || (code ?? recoveryCode) is null) return true;
        return _passed = await factor.PassesAsync(_account.Id, code, recoveryCode, ct);
    }

    /// <summary>The user, in the transaction: of two tenants that add an address at once the second sees the first.</summary>
    /// <exception cref="CrmException">What <paramref name="notHis"/> makes; RATE_LIMITED.</exception>
    public async Task<Guid> LinkAsync(EmailAddress email, string password, Func<CrmException> notHis, CancellationToken ct)
    {
        _account = await users.FindByEmailAsync(email, ct);
        if (_account is not { } account)
        {
            var userId = Ids.New(clock.GetUtcNow());
            await users.AddAsync(userId, email, _hash ?? passwords.Hash(password), ct);
            return userId;
        }
        // Who belongs nowhere has nothing that a new password could open.
        if (!account.BelongsSomewhere) await users.ChangePasswordAsync(account.Id, _hash ?? passwords.Hash(password), keep: null, ct);
        else if (!await IsHisAsync(account, password, ct)) throw notHis();
        return account.Id;
    }

    /// <summary>Counts like a sign-in: this must be no way to guess passwords.</summary>
    private async Task<bool> IsHisAsync(UserAccount account, string password, CancellationToken ct)
    {
        if (_compared.UserId != account.Id || _compared.Hash != account.PasswordHash) await CompareAsync(account, password, ct);
        if (!_compared.IsRight) await throttle.FailedAsync(account.Email, ct);
        return _compared.IsRight;
    }

    private async Task CompareAsync(UserAccount account, string password, CancellationToken ct)
    {
        await throttle.EnsureOpenAsync(account.Email, ct);
        _compared = (account.Id, account.PasswordHash, passwords.Verify(account.PasswordHash, password) != PasswordCheck.Wrong);
    }
}
