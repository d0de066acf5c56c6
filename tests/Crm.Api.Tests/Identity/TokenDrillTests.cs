using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Identity;

/// <summary>Tokens as attackers make them, sent to the running service. The honest twin of each is accepted, so that it is the trick that is refused.</summary>
public sealed class TokenDrillTests(CrmApi api)
{
    private readonly OutsideIssuer _issuer = api.Issuers.Trusted;

    [Theory]
    [InlineData("RS256"), InlineData("ES256")]
    public async Task The_honest_twin_is_accepted(string algorithm)
    {
        var tenant = await api.TenantAsync();
        foreach (var header in new JsonObject?[] { null, new() { ["typ"] = null }, new() { ["typ"] = "at+jwt" }, new() { ["kid"] = null }, new() { ["x5t"] = "c29tZXRoaW5n" } })
            (await SendAsync(_issuer.Sign(Claims(tenant), algorithm, header))).ShouldBe(200);
        var several = Claims(tenant);
        several["aud"] = new JsonArray("another", OutsideIssuer.Audience);
        (await SendAsync(_issuer.Sign(several, algorithm))).ShouldBe(200);
    }

    [Fact]
    public async Task The_algorithm_is_never_the_tokens_to_choose()
    {
        var tenant = await api.TenantAsync();
        foreach (var algorithm in new[] { "none", "None", "NONE", "nOnE", "", "HS256", "hs256", "HS384", "RS384", "RS512", "PS256", "ES384", "EdDSA", "rs256", "RS256 ", "RS256\u0000" })
        {
            var header = new JsonObject { ["alg"] = algorithm };
            await RefusedAsync(_issuer.Sign(Claims(tenant), algorithm, header));
            await RefusedAsync(_issuer.Sign(Claims(tenant), "RS256", header));
        }
        await RefusedAsync(_issuer.Sign(Claims(tenant), "RS256", new JsonObject { ["alg"] = null }));
        foreach (var odd in new JsonNode[] { 256, true, new JsonArray("RS256"), new JsonObject() }) await RefusedAsync(_issuer.Sign(Claims(tenant), "RS256", new JsonObject { ["alg"] = odd }));
        await RefusedAsync(_issuer.Sign(Claims(tenant), "RS256", new JsonObject { ["kid"] = "ec-1" }));
        await RefusedAsync(_issuer.Sign(Claims(tenant), "ES256", new JsonObject { ["kid"] = _issuer.KeyId }));
    }

    [Fact]
    public async Task A_public_key_is_no_secret()
    {
        var tenant = await api.TenantAsync();
        var spki = _issuer.Rsa.ExportSubjectPublicKeyInfo();
        byte[][] secrets = [spki, Encoding.ASCII.GetBytes(_issuer.Rsa.ExportSubjectPublicKeyInfoPem()), Encoding.ASCII.GetBytes(_issuer.Rsa.ExportSubjectPublicKeyInfoPem() + "\n"), _issuer.Rsa.ExportParameters(false).Modulus!, [], new byte[64]];
        foreach (var secret in secrets)
            foreach (var header in new[] { """{"alg":"HS256","typ":"JWT"}""", $$"""{"alg":"HS256","kid":"{{_issuer.KeyId}}"}""" })
            {
                var signed = $"{Encode(header)}.{Encode(Claims(tenant).ToJsonString())}";
                await RefusedAsync($"{signed}.{OutsideIssuer.Encode(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(signed)))}");
            }
    }

    [Fact]
    public async Task A_key_that_the_token_brings_along_is_not_looked_at()
    {
        var tenant = await api.TenantAsync();
        using var attacker = new OutsideIssuer(_issuer.Name);
        var own = JsonNode.Parse(attacker.KeySet())!["keys"]![0]!;
        (string Name, JsonNode Value)[] injected =
        [
            ("jwk", own), ("jku", "http://127.0.0.1:9/keys"), ("x5u", "http://127.0.0.1:9/cert"), ("x5c", new JsonArray("MIIB")), ("iss", attacker.Name),
            ("kid", "../../../../dev/null"), ("kid", "/etc/passwd"), ("kid", "' or '1'='1"), ("kid", "x\u0000y"), ("kid", ""), ("kid", new string('k', 10_000)), ("kid", 7), ("kid", new JsonArray(attacker.KeyId)),
        ];
        foreach (var (name, value) in injected) await RefusedAsync(attacker.Sign(Claims(tenant), "RS256", new JsonObject { [name] = value.DeepClone() }));
        await RefusedAsync(attacker.Sign(Claims(tenant)));
    }

    [Fact]
    public async Task Extensions_nobody_agreed_on_are_refused()
    {
        var tenant = await api.TenantAsync();
        foreach (var header in new JsonObject[]
        {
            new() { ["crit"] = new JsonArray("exp") }, new() { ["crit"] = new JsonArray() }, new() { ["crit"] = new JsonArray("http://example.com/x"), ["http://example.com/x"] = true },
            new() { ["b64"] = false, ["crit"] = new JsonArray("b64") }, new() { ["b64"] = true }, new() { ["typ"] = "logout+jwt" }, new() { ["typ"] = "dpop+jwt" }, new() { ["typ"] = 7 },
        })
            await RefusedAsync(_issuer.Sign(Claims(tenant), "RS256", header));
    }

    [Fact]
    public async Task Claims_that_are_not_meant_for_us_or_not_in_time_are_refused()
    {
        var tenant = await api.TenantAsync();
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        (string Name, JsonNode? Value)[] wrong =
        [
            ("iss", "https://evil.example"), ("iss", null), ("iss", _issuer.Name + "/"), ("iss", new JsonArray(_issuer.Name)), ("iss", api.Issuers.Other.Name),
            ("aud", "another"), ("aud", null), ("aud", new JsonArray()), ("aud", new JsonArray("crm ", 7)), ("aud", new JsonObject()), ("aud", "crm-api"),
            ("sub", null), ("sub", ""), ("sub", 7), ("sub", new string('s', 256)),
            ("exp", null), ("exp", "soon"), ("exp", (now + 600).ToString()), ("exp", 1e300), ("nbf", now + 120), ("nbf", "now"), ("nbf", 1e300),
        ];
        foreach (var (name, value) in wrong)
        {
            var claims = Claims(tenant);
            if (value is null) claims.Remove(name);
            else claims[name] = value;
            await RefusedAsync(_issuer.Sign(claims));
        }
        foreach (var expired in new[] { now - 61, now - 3600, 0, -1 }) (await SendAsync(_issuer.Sign(With(tenant, "exp", expired)))).ShouldFail(401, "TOKEN_EXPIRED");
        // Clocks differ: a minute is allowed, either way.
        (await SendAsync(_issuer.Sign(With(tenant, "exp", now - 30)))).ShouldBe(200);
        (await SendAsync(_issuer.Sign(With(tenant, "nbf", now + 30)))).ShouldBe(200);
        (await SendAsync(_issuer.Sign(With(tenant, "exp", now + 100.5)))).ShouldBe(200);
    }

    [Fact]
    public async Task What_is_there_twice_is_refused()
    {
        var tenant = await api.TenantAsync();
        var claims = Claims(tenant).ToJsonString();
        foreach (var twice in new[] { "\"sub\":\"somebody\",", "\"iss\":\"https://evil.example\",", "\"aud\":\"crm\",", "\"exp\":1,", "\"s\\u0075b\":\"somebody\"," })
        {
            await RefusedAsync(_issuer.Sign("{" + twice + claims[1..]));
            await RefusedAsync(_issuer.Sign(claims[..^1] + "," + twice.TrimEnd(',') + "}"));
        }
        foreach (var header in new[] { """{"alg":"none","alg":"RS256","kid":"rsa-1"}""", """{"alg":"RS256","alg":"none","kid":"rsa-1"}""", """{"alg":"RS256","kid":"x","kid":"rsa-1"}""" })
            await RefusedAsync(_issuer.Sign(Encoding.UTF8.GetBytes(header), Encoding.UTF8.GetBytes(claims)));
    }

    [Fact]
    public async Task One_token_has_one_spelling()
    {
        var tenant = await api.TenantAsync();
        foreach (var token in new[] { tenant.Token!, _issuer.Sign(Claims(tenant)) })
        {
            (await SendAsync(token)).ShouldBe(200);
            var parts = token.Split('.');
            string Last(string part) => part[..^1] + (char)(part[^1] + (part[^1] is 'z' or 'Z' or '9' ? -1 : 1));
            string[] spellings =
            [
                $"{parts[0]}=.{parts[1]}.{parts[2]}", $"{parts[0]}.{parts[1]}=.{parts[2]}", $"{parts[0]}.{parts[1]}.{parts[2]}=", $"{parts[0]}.{parts[1]}.{parts[2]}==", $"{parts[0]}.{parts[1]}.{Last(parts[2])}",
                $"{parts[0]}.{parts[1]}.\t{parts[2]}", $"{parts[0]} .{parts[1]}.{parts[2]}", $"{parts[0]}.{parts[1]}.{parts[2]}.", $".{token}", $"{token}.{token}", $"{parts[0]}.{parts[1]}", $"{parts[0]}.{parts[1]}.", $"..{parts[2]}", "..",
                token.Replace("-", "+").Replace("_", "/") + "+", $"{parts[0]}.{parts[1]}.{parts[2]}%3D", token.ToUpperInvariant(), new string([.. token.Reverse()]),
            ];
            foreach (var spelling in spellings) await RefusedAsync(spelling);
        }
    }

    [Fact]
    public async Task Junk_of_every_kind_is_a_401()
    {
        var tenant = await api.TenantAsync();
        byte[][] junk = [[], [0], [0xFF, 0xFE], "null"u8.ToArray(), "[]"u8.ToArray(), "\"text\""u8.ToArray(), "{"u8.ToArray(), [0xEF, 0xBB, 0xBF, .. "{}"u8], Encoding.UTF8.GetBytes(new string('[', 5_000)),
            "{\"alg\":\"RS256\",\"kid\":\"\\ud800\"}"u8.ToArray(), "{\"alg\":\"RS256\",\"\\ud800\":1}"u8.ToArray(), [.. "{\"alg\":\"RS256\",\"x\":\""u8, 0xC3, 0x28, .. "\"}"u8], "{\"iss\":\"\\ud800\"}"u8.ToArray()];
        var good = Encoding.UTF8.GetBytes("""{"alg":"RS256","kid":"rsa-1"}""");
        foreach (var bytes in junk)
        {
            await RefusedAsync(_issuer.Sign(bytes, Encoding.UTF8.GetBytes(Claims(tenant).ToJsonString())));
            await RefusedAsync(_issuer.Sign(good, bytes));
        }
        await RefusedAsync(new string('a', 20_000) + "." + new string('a', 20) + ".a");
        await RefusedAsync(_issuer.Sign(With(tenant, "more", new string('x', 13_000))));
        foreach (var header in new[] { "", "Bearer", "Bearer ", "bearer x", "Basic dTpw", "Bearer a b", "Token x", $"Bearer {tenant.Token}, Bearer {tenant.Token}" })
            (await api.Anonymous.GetAsync("/auth/me", ("Authorization", header))).ShouldFail(401, "UNAUTHENTICATED");
    }

    [Fact]
    public async Task Another_tenants_token_opens_nothing_here()
    {
        var (tenant, other) = (await api.TenantAsync(), await api.TenantAsync());
        var lead = await tenant.LeadAsync();
        (await api.Anonymous.As(other.Token).GetAsync($"/leads/{lead}")).ShouldFail(404, "NOT_FOUND");
        (await api.Anonymous.As(other.Token).GetAsync($"/leads/{lead}", ("X-Tenant-Id", tenant.Id.ToString()))).ShouldFail(403, "TENANT_FORBIDDEN");
        // Our own claims, signed by another: neither key is the other's.
        var parts = tenant.Token!.Split('.');
        var claims = Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(parts[1]));
        await RefusedAsync(_issuer.Sign(claims));
        await RefusedAsync($"{parts[0]}.{other.Token!.Split('.')[1]}.{parts[2]}");
        var ours = new JsonObject { ["iss"] = "crm", ["aud"] = "crm-api", ["sub"] = tenant.UserId, ["tid"] = tenant.Id, ["jti"] = Guid.NewGuid(), ["iat"] = 0, ["exp"] = 4_000_000_000 };
        await RefusedAsync(_issuer.Sign(ours));
    }

    private Task<Reply> SendAsync(string token) => api.Anonymous.GetAsync("/auth/me", ("Authorization", $"Bearer {token}"));

    private async Task RefusedAsync(string token)
    {
        var reply = await SendAsync(token);
        reply.Status.ShouldBe(401, $"{token} is accepted: {reply.Text}");
        reply.ShouldFail(401, "UNAUTHENTICATED").Header("WWW-Authenticate").ShouldBe("Bearer");
    }

    private JsonObject Claims(TenantClient tenant) => _issuer.Claims("drill|ada", tenant.Email);

    private JsonObject With(TenantClient tenant, string name, JsonNode value)
    {
        var claims = Claims(tenant);
        claims[name] = value;
        return claims;
    }

    private static string Encode(string text) => OutsideIssuer.Encode(Encoding.UTF8.GetBytes(text));
}
