using System.Text;
using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Operations;
using Npgsql;

namespace Crm.Api.Tests.Identity;

/// <summary>The second factor over HTTP.</summary>
public sealed class TotpTests(CrmApi api)
{
    [Fact]
    public async Task Enrolling_shows_a_secret_once_and_asks_for_nothing_before_a_first_code()
    {
        var tenant = await api.TenantAsync();
        (await tenant.GetAsync("/auth/totp")).ShouldBe(200).Data.ToJsonString().ShouldBe("""{"isEnabled":false,"confirmedAt":null,"recoveryCodesLeft":0}""");
        var first = (await tenant.BeginSecondFactorAsync()).ShouldBe(200);
        first.Of("secret")!.ShouldMatch("^[A-Z2-7]{32}$");
        first.Of("otpauthUri").ShouldBe($"otpauth://totp/Crm:{Uri.EscapeDataString(tenant.Email)}?secret={first.Of("secret")}&issuer=Crm&algorithm=SHA1&digits=6&period=30");
        var second = (await tenant.BeginSecondFactorAsync()).ShouldBe(200);
        second.Of("secret").ShouldNotBe(first.Of("secret"));
        (await LoginAsync(tenant)).ShouldBe(200);
        (await tenant.PostAsync("/auth/totp/confirm", new { code = Authenticator.Of(first).Code() })).ShouldFail(400, "VALIDATION_FAILED").Errors.ContainsKey("code").ShouldBeTrue();
        var confirmed = (await tenant.PostAsync("/auth/totp/confirm", new { code = Authenticator.Of(second).Code() })).ShouldBe(200);
        var codes = confirmed.Data["recoveryCodes"]!.AsArray().Select(c => (string)c!).ToList();
        codes.Count.ShouldBe(10);
        codes.ShouldBeUnique();
        codes.ShouldAllBe(c => System.Text.RegularExpressions.Regex.IsMatch(c, "^([a-z2-7]{4}-){3}[a-z2-7]{4}$"));
        var status = (await tenant.GetAsync("/auth/totp")).ShouldBe(200);
        ((bool)status.Data["isEnabled"]!, (int)status.Data["recoveryCodesLeft"]!).ShouldBe((true, 10));
        status.Text.ShouldNotContain(second.Of("secret")!);
        (await tenant.BeginSecondFactorAsync()).ShouldFail(409, "INVALID_STATE");
        (await tenant.PostAsync("/auth/totp/confirm", new { code = "123456" })).ShouldFail(409, "INVALID_STATE");
    }

    [Fact]
    public async Task A_session_alone_begins_none()
    {
        var tenant = await api.TenantAsync();
        (await tenant.PostAsync("/auth/totp", new { })).ShouldFail(400, "VALIDATION_FAILED").Errors.ContainsKey("password").ShouldBeTrue();
        (await tenant.PostAsync("/auth/totp", new { password = "Wr0ng-password" })).ShouldFail(401, "INVALID_CREDENTIALS");
        (await tenant.PostAsync("/auth/totp/confirm", new { code = "123456" })).ShouldFail(409, "INVALID_STATE");
        (await tenant.GetAsync($"/audit?actorId={tenant.UserId}")).ShouldBe(200).Items.Select(i => $"{i!["action"]} {i["outcome"]}").ShouldContain("EnrolTotp REFUSED");
    }

    [Fact]
    public async Task Signing_in_then_takes_two_steps()
    {
        var tenant = await api.TenantAsync();
        var (authenticator, _) = await tenant.SecondFactorAsync();
        var challenge = (await LoginAsync(tenant)).ShouldFail(401, "MFA_REQUIRED");
        ((int)challenge.Json["mfaExpiresIn"]!).ShouldBe(300);
        var mfaToken = (string)challenge.Json["mfaToken"]!;
        (await api.Anonymous.As(mfaToken).GetAsync("/auth/me")).ShouldFail(401, "UNAUTHENTICATED");
        (await LoginAsync(tenant, "Wr0ng-password")).ShouldFail(401, "INVALID_CREDENTIALS");
        var session = (await api.Anonymous.PostAsync("/auth/login/totp", new { mfaToken, code = authenticator.Code() })).ShouldBe(200);
        session.Data.AsObject().Select(m => m.Key).ShouldBe(["accessToken", "refreshToken", "tokenType", "expiresIn", "tenantId", "user"]);
        (await api.Anonymous.As(session.Of("accessToken")).GetAsync("/auth/me")).ShouldBe(200).Id.ShouldBe(tenant.UserId);
        (await api.Anonymous.PostAsync("/auth/refresh", new { refreshToken = session.Of("refreshToken") })).ShouldBe(200);
        var trail = (await tenant.GetAsync($"/audit?actorId={tenant.UserId}")).ShouldBe(200).Items.Select(i => $"{i!["action"]} {i["outcome"]}").ToList();
        trail.ShouldContain("ConfirmTotp SUCCEEDED");
        trail.ShouldContain("Login REFUSED");
        trail[0].ShouldBe("LoginWithTotp SUCCEEDED");
    }

    [Fact]
    public async Task A_code_counts_once_and_so_does_every_earlier_one()
    {
        var tenant = await api.TenantAsync();
        var (authenticator, _) = await tenant.SecondFactorAsync();
        var (now, before) = (authenticator.Code(1), authenticator.Code());
        var mfaToken = await api.Anonymous.MfaTokenAsync(tenant);
        (await api.Anonymous.PostAsync("/auth/login/totp", new { mfaToken, code = now })).ShouldBe(200);
        (await api.Anonymous.PostAsync("/auth/login/totp", new { mfaToken, code = now })).ShouldFail(401, "INVALID_CREDENTIALS");
        (await api.Anonymous.PostAsync("/auth/login/totp", new { mfaToken, code = before })).ShouldFail(401, "INVALID_CREDENTIALS");
    }

    [Fact]
    public async Task Of_many_who_come_with_one_code_at_once_one_gets_in()
    {
        var tenant = await api.TenantAsync();
        var (authenticator, codes) = await tenant.SecondFactorAsync();
        var mfaToken = await api.Anonymous.MfaTokenAsync(tenant);
        var code = authenticator.Code();
        var byCode = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => api.Anonymous.PostAsync("/auth/login/totp", new { mfaToken, code })));
        var byRecovery = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => api.Anonymous.PostAsync("/auth/login/totp", new { mfaToken, recoveryCode = codes[0] })));
        byCode.Count(r => r.Status == 200).ShouldBe(1);
        byRecovery.Count(r => r.Status == 200).ShouldBe(1);
        byCode.Concat(byRecovery).ShouldAllBe(r => r.Status == 200 || r.Status == 401);
    }

    [Fact]
    public async Task A_recovery_code_opens_once_however_it_is_typed_and_new_ones_end_the_old()
    {
        var tenant = await api.TenantAsync();
        var (_, codes) = await tenant.SecondFactorAsync();
        var mfaToken = await api.Anonymous.MfaTokenAsync(tenant);
        (await api.Anonymous.PostAsync("/auth/login/totp", new { mfaToken, recoveryCode = codes[3].ToUpperInvariant().Replace('-', ' ') })).ShouldBe(200);
        (await api.Anonymous.PostAsync("/auth/login/totp", new { mfaToken, recoveryCode = codes[3] })).ShouldFail(401, "INVALID_CREDENTIALS");
        ((int)(await tenant.GetAsync("/auth/totp")).Data["recoveryCodesLeft"]!).ShouldBe(9);
        var renewed = (await tenant.PostAsync("/auth/totp/recovery-codes", new { currentPassword = tenant.Password })).ShouldBe(200).Data["recoveryCodes"]!.AsArray();
        renewed.Count.ShouldBe(10);
        (await api.Anonymous.PostAsync("/auth/login/totp", new { mfaToken, recoveryCode = codes[4] })).ShouldFail(401, "INVALID_CREDENTIALS");
        (await api.Anonymous.PostAsync("/auth/login/totp", new { mfaToken, recoveryCode = (string)renewed[0]! })).ShouldBe(200);
    }

    [Fact]
    public async Task Giving_it_up_takes_a_proof()
    {
        var tenant = await api.TenantAsync();
        (await tenant.PostAsync("/auth/totp/recovery-codes", new { currentPassword = tenant.Password })).ShouldFail(409, "INVALID_STATE");
        var (authenticator, codes) = await tenant.SecondFactorAsync();
        (await tenant.PostAsync("/auth/totp/disable", new { })).ShouldFail(400, "VALIDATION_FAILED");
        (await tenant.PostAsync("/auth/totp/disable", new { currentPassword = tenant.Password, code = "123456" })).ShouldFail(400, "VALIDATION_FAILED");
        (await tenant.PostAsync("/auth/totp/disable", new { currentPassword = "Wr0ng-password" })).ShouldFail(401, "INVALID_CREDENTIALS");
        (await tenant.PostAsync("/auth/totp/disable", new { code = "12345" })).ShouldFail(401, "INVALID_CREDENTIALS");
        (await tenant.PostAsync("/auth/totp/disable", new { recoveryCode = "aaaa-aaaa-aaaa-aaaa" })).ShouldFail(401, "INVALID_CREDENTIALS");
        (await tenant.PostAsync("/auth/totp/disable", new { code = authenticator.Code() })).ShouldBe(204);
        (await LoginAsync(tenant)).ShouldBe(200);
        // Another one is another one: nothing of the first counts.
        var (_, others) = await tenant.SecondFactorAsync();
        (await tenant.PostAsync("/auth/totp/disable", new { recoveryCode = codes[0] })).ShouldFail(401, "INVALID_CREDENTIALS");
        (await tenant.PostAsync("/auth/totp/disable", new { recoveryCode = others[0] })).ShouldBe(204);
    }

    [Fact]
    public async Task A_changed_password_ends_what_was_begun_with_the_old_one()
    {
        var tenant = await api.TenantAsync();
        var (authenticator, _) = await tenant.SecondFactorAsync();
        var mfaToken = await api.Anonymous.MfaTokenAsync(tenant);
        (await tenant.PostAsync("/auth/change-password", new { currentPassword = tenant.Password, newPassword = "another-Horse-8-battery" })).ShouldBe(204);
        (await api.Anonymous.PostAsync("/auth/login/totp", new { mfaToken, code = authenticator.Code() })).ShouldFail(401, "UNAUTHENTICATED");
    }

    [Theory]
    [InlineData("x"), InlineData("\u0001"), InlineData("="), InlineData(" "), InlineData("é")]
    public async Task What_is_no_token_of_ours_begins_nothing(string more)
    {
        var tenant = await api.TenantAsync();
        var (authenticator, _) = await tenant.SecondFactorAsync();
        var mfaToken = await api.Anonymous.MfaTokenAsync(tenant);
        var changed = (mfaToken[0] == 'A' ? 'B' : 'A') + mfaToken[1..];
        foreach (var token in new[] { changed, mfaToken + more, more, tenant.Token!, new string('A', 100_000) })
            (await api.Anonymous.PostAsync("/auth/login/totp", new { mfaToken = token, code = authenticator.Code() })).ShouldFail(401, "UNAUTHENTICATED");
        (await api.Anonymous.PostAsync("/auth/login/totp", new { mfaToken })).ShouldFail(400, "VALIDATION_FAILED");
        foreach (var code in new[] { "", "１２３４５６", "12345", "1234567", "abcdef", new string('1', 10_000) })
            (await api.Anonymous.PostAsync("/auth/login/totp", new { mfaToken, code })).ShouldFail(401, "INVALID_CREDENTIALS");
    }

    [Fact]
    public async Task The_token_between_the_steps_lives_five_minutes_and_codes_their_half_minute()
    {
        var tenant = await api.TenantAsync();
        var clock = new MovedClock();
        await using var later = new ConfiguredApi(api, services => ConfiguredApi.Tells(services, clock));
        var (authenticator, _) = await later.Anonymous.As(tenant.Token).SecondFactorAsync(tenant.Password, clock);
        var mfaToken = await later.Anonymous.MfaTokenAsync(tenant);
        var old = authenticator.Code();
        clock.Offset = TimeSpan.FromSeconds(90);
        (await later.Anonymous.PostAsync("/auth/login/totp", new { mfaToken, code = old })).ShouldFail(401, "INVALID_CREDENTIALS");
        (await later.Anonymous.PostAsync("/auth/login/totp", new { mfaToken, code = authenticator.Code() })).ShouldBe(200);
        clock.Offset = TimeSpan.FromSeconds(400);
        (await later.Anonymous.PostAsync("/auth/login/totp", new { mfaToken, code = authenticator.Code() })).ShouldFail(401, "UNAUTHENTICATED");
    }

    [Fact]
    public async Task Ten_wrong_codes_shut_guessers_out_wherever_they_are()
    {
        var tenant = await api.TenantAsync();
        var (authenticator, _) = await tenant.SecondFactorAsync();
        await using var strict = new ConfiguredApi(api, ("RateLimiting:Enabled", "true"), ("ForwardedHeaders:KnownProxies", "127.0.0.1"));
        // A sign-in between two guesses, and another address each time: neither helps.
        for (var i = 0; i < 10; i++)
        {
            var from = ("X-Forwarded-For", $"203.0.113.{i}");
            var mfaToken = (string)(await strict.Anonymous.PostAsync("/auth/login", new { email = tenant.Email, password = tenant.Password }, from)).ShouldFail(401, "MFA_REQUIRED").Json["mfaToken"]!;
            (await strict.Anonymous.PostAsync("/auth/login/totp", new { mfaToken, code = "000000" }, from)).ShouldFail(401, "INVALID_CREDENTIALS");
        }
        var elsewhere = ("X-Forwarded-For", "203.0.113.99");
        var last = (string)(await strict.Anonymous.PostAsync("/auth/login", new { email = tenant.Email, password = tenant.Password }, elsewhere)).ShouldFail(401, "MFA_REQUIRED").Json["mfaToken"]!;
        int.Parse((await strict.Anonymous.PostAsync("/auth/login/totp", new { mfaToken = last, code = authenticator.Code() }, elsewhere)).ShouldFail(429, "RATE_LIMITED").Header("Retry-After")).ShouldBeInRange(1, 900);
    }

    [Fact]
    public async Task The_database_holds_neither_the_secret_nor_the_codes()
    {
        var tenant = await api.TenantAsync();
        var enrolment = (await tenant.BeginSecondFactorAsync()).ShouldBe(200);
        var codes = (await tenant.PostAsync("/auth/totp/confirm", new { code = Authenticator.Of(enrolment).Code() })).ShouldBe(200).Data["recoveryCodes"]!.AsArray();
        await using var connection = new NpgsqlConnection(api.AppConnectionString);
        await connection.OpenAsync();
        await using var read = new NpgsqlCommand("select secret from crm.second_factors where user_id = $1 union all select code_hash from crm.recovery_codes where user_id = $1", connection) { Parameters = { new() { Value = tenant.UserId } } };
        await using var rows = await read.ExecuteReaderAsync();
        var kept = new List<byte[]>();
        while (await rows.ReadAsync()) kept.Add((byte[])rows[0]);
        kept.Count.ShouldBe(11);
        kept[0].Length.ShouldBe(1 + 12 + 16 + 20);
        foreach (var bytes in kept)
            foreach (var secret in codes.Select(c => (string)c!).Append(enrolment.Of("secret")!))
                Encoding.Latin1.GetString(bytes).ShouldNotContain(secret);
        (await tenant.GetAsync("/events?after=0")).Text.ShouldNotContain(enrolment.Of("secret")!);
        (await tenant.GetAsync("/audit")).Text.ShouldNotContain(enrolment.Of("secret")!);
    }

    [Fact]
    public async Task Where_the_sealing_key_is_lost_recovery_codes_still_open()
    {
        var tenant = await api.TenantAsync();
        var (authenticator, codes) = await tenant.SecondFactorAsync();
        // The row of somebody else: sealed, but not for this user, as after a lost key.
        await using (var connection = new NpgsqlConnection(api.AppConnectionString))
        {
            await connection.OpenAsync();
            await using var swap = new NpgsqlCommand("update crm.second_factors set secret = set_byte(secret, 20, get_byte(secret, 20) # 1) where user_id = $1", connection) { Parameters = { new() { Value = tenant.UserId } } };
            (await swap.ExecuteNonQueryAsync()).ShouldBe(1);
        }
        var mfaToken = await api.Anonymous.MfaTokenAsync(tenant);
        (await api.Anonymous.PostAsync("/auth/login/totp", new { mfaToken, code = authenticator.Code() })).ShouldFail(401, "INVALID_CREDENTIALS");
        (await api.Anonymous.PostAsync("/auth/login/totp", new { mfaToken, recoveryCode = codes[0] })).ShouldBe(200);
    }

    [Fact]
    public async Task One_users_factor_is_nobody_elses()
    {
        var (tenant, other) = (await api.TenantAsync(), await api.TenantAsync());
        var (authenticator, codes) = await tenant.SecondFactorAsync();
        await other.SecondFactorAsync();
        var mfaToken = await api.Anonymous.MfaTokenAsync(other);
        (await api.Anonymous.PostAsync("/auth/login/totp", new { mfaToken, code = authenticator.Code(1) })).ShouldFail(401, "INVALID_CREDENTIALS");
        (await api.Anonymous.PostAsync("/auth/login/totp", new { mfaToken, recoveryCode = codes[0] })).ShouldFail(401, "INVALID_CREDENTIALS");
    }

    private Task<Reply> LoginAsync(TenantClient tenant, string? password = null) => api.Anonymous.PostAsync("/auth/login", new { email = tenant.Email, password = password ?? tenant.Password });
}
