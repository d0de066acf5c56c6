using Crm.Application.Identity;

namespace Crm.Api.Tests.Fixture;

/// <summary>An authenticator app: it knows the secret it was shown, and the time.</summary>
internal sealed class Authenticator(string secret, TimeProvider? clock = null)
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public static Authenticator Of(Reply enrolment, TimeProvider? clock = null) => new(enrolment.ShouldBe(200).Of("secret")!, clock);

    /// <summary>The code it shows now, or so many steps later.</summary>
    public string Code(int steps = 0) => Totp.Code(Bytes(), Totp.StepOf((clock ?? TimeProvider.System).GetUtcNow()) + steps);

    private byte[] Bytes()
    {
        var bits = string.Concat(secret.Select(c => Convert.ToString(Alphabet.IndexOf(c), 2).PadLeft(5, '0')));
        return [.. bits.Chunk(8).Where(b => b.Length == 8).Select(b => Convert.ToByte(new string(b), 2))];
    }
}

/// <summary>What tests do with second factors.</summary>
internal static class SecondFactorIntents
{
    /// <summary>Begins a second factor: what the app is shown.</summary>
    public static Task<Reply> BeginSecondFactorAsync(this TenantClient client) => client.PostAsync("/auth/totp", new { password = client.Password });

    /// <summary>Gives the caller a second factor, by the code of the step before this one: this one's is still good.</summary>
    public static Task<(Authenticator Authenticator, IReadOnlyList<string> RecoveryCodes)> SecondFactorAsync(this TenantClient client) => client.SecondFactorAsync(client.Password);

    /// <summary>The same of any caller, and by another clock.</summary>
    public static async Task<(Authenticator Authenticator, IReadOnlyList<string> RecoveryCodes)> SecondFactorAsync(this ApiClient client, string password, TimeProvider? clock = null)
    {
        var authenticator = Authenticator.Of(await client.PostAsync("/auth/totp", new { password }), clock);
        var confirmed = (await client.PostAsync("/auth/totp/confirm", new { code = authenticator.Code(-1) })).ShouldBe(200);
        return (authenticator, [.. confirmed.Data["recoveryCodes"]!.AsArray().Select(c => (string)c!)]);
    }

    /// <summary>The token between the password and the code.</summary>
    public static async Task<string> MfaTokenAsync(this ApiClient anonymous, TenantClient tenant) =>
        (string)(await anonymous.PostAsync("/auth/login", new { email = tenant.Email, password = tenant.Password })).ShouldFail(401, "MFA_REQUIRED").Json["mfaToken"]!;
}
