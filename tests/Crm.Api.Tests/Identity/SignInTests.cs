using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Identity;

public sealed class SignInTests(CrmApi api)
{
    [Fact]
    public async Task Registering_answers_a_session_and_nothing_else()
    {
        var tag = Guid.NewGuid().ToString("N")[..10];
        var reply = await api.Anonymous.PostAsync("/auth/register", new { organizationName = $"Org {tag}", fullName = "Olga Owner", email = $"Olga-{tag}@Example.com", password = $"Str0ng-pass-{tag}", language = "bg", timeZone = "Europe/Sofia" });
        reply.ShouldBe(201);
        reply.Data.AsObject().Select(m => m.Key).ShouldBe(["accessToken", "refreshToken", "tokenType", "expiresIn", "tenantId", "user"]);
        reply.Data["user"]!.AsObject().Select(m => m.Key).ShouldBe(["id", "fullName", "email", "role"]);
        ((string?)reply.Data["tokenType"]).ShouldBe("Bearer");
        ((int)reply.Data["expiresIn"]!).ShouldBeGreaterThanOrEqualTo(900);
        ((string?)reply.Data["user"]!["email"]).ShouldBe($"olga-{tag}@example.com");
        ((string?)reply.Data["user"]!["role"]).ShouldBe("OWNER");
        var owner = api.Anonymous.As((string)reply.Data["accessToken"]!);
        var tenant = await owner.GetAsync("/tenant");
        tenant.ShouldBe(200).Header("ETag").ShouldBe("\"1\"");
        ((string?)tenant.Data["timeZone"]).ShouldBe("Europe/Sofia");
        ((string?)tenant.Data["language"]).ShouldBe("bg");
        ((string?)tenant.Data["currency"]).ShouldBe("EUR");
    }

    [Fact]
    public async Task An_email_registers_once()
    {
        var tenant = await api.TenantAsync();
        var again = await api.Anonymous.PostAsync("/auth/register", new { organizationName = "Other", fullName = "Otto", email = tenant.Email.ToUpperInvariant(), password = "Str0ng-pass-again" });
        again.ShouldFail(409, "DUPLICATE").Errors.ContainsKey("email").ShouldBeTrue();
    }

    [Fact]
    public async Task Everything_wrong_with_a_registration_is_told_at_once()
    {
        var reply = await api.Anonymous.PostAsync("/auth/register", new { organizationName = new string('x', 301), fullName = new string('x', 301), email = "a@example.com", password = "short", language = "fr", timeZone = "Moon/Base" });
        reply.ShouldFail(400, "VALIDATION_FAILED").Errors.Select(e => e.Key).Order().ShouldBe(["fullName", "language", "organizationName", "password", "timeZone"]);
    }

    [Fact]
    public async Task What_cannot_be_read_and_what_breaks_a_rule_are_told_together()
    {
        var reply = await api.Anonymous.PostAsync("/auth/register", new { organizationName = 7, email = "nope", password = "short", language = "fr", colour = "red" });
        reply.ShouldFail(400, "VALIDATION_FAILED").Errors.Select(e => e.Key).Order().ShouldBe(["colour", "email", "fullName", "language", "organizationName", "password"]);
        var tenant = await api.TenantAsync();
        (await tenant.PostAsync("/auth/change-password", new { newPassword = "short" })).ShouldFail(400, "VALIDATION_FAILED").Errors.Select(e => e.Key).Order().ShouldBe(["currentPassword", "newPassword"]);
        (await tenant.PatchAsync("/tenant", new { currency = "XXXX", country = "Narnia", language = "fr", timeZone = "Moon/Base", name = "" }))
            .ShouldFail(400, "VALIDATION_FAILED").Errors.Select(e => e.Key).Order().ShouldBe(["country", "currency", "language", "name", "timeZone"]);
    }

    [Fact]
    public async Task Logging_in_gives_a_session_of_the_only_tenant()
    {
        var tenant = await api.TenantAsync();
        var login = await api.Anonymous.PostAsync("/auth/login", new { email = tenant.Email.ToUpperInvariant(), password = tenant.Password });
        login.ShouldBe(200);
        ((Guid)login.Data["tenantId"]!).ShouldBe(tenant.Id);
        var me = await api.Anonymous.As((string)login.Data["accessToken"]!).GetAsync("/auth/me");
        me.ShouldBe(200).Id.ShouldBe(tenant.UserId);
        ((string?)me.Data["role"]).ShouldBe("OWNER");
    }

    [Fact]
    public async Task A_wrong_email_and_a_wrong_password_are_the_same_refusal()
    {
        var tenant = await api.TenantAsync();
        var wrong = await api.Anonymous.PostAsync("/auth/login", new { email = tenant.Email, password = "Wr0ng-password" });
        var unknown = await api.Anonymous.PostAsync("/auth/login", new { email = $"nobody-{tenant.Id:N}@example.com", password = "Wr0ng-password" });
        wrong.ShouldFail(401, "INVALID_CREDENTIALS");
        unknown.ShouldFail(401, "INVALID_CREDENTIALS");
        ((string?)wrong.Json["detail"]).ShouldBe((string?)unknown.Json["detail"]);
        wrong.Header("WWW-Authenticate").ShouldBe("Bearer");
    }

    [Theory]
    [InlineData("/leads"), InlineData("/no-such-thing"), InlineData("/tenant"), InlineData("/auth/me")]
    public async Task Without_a_token_every_address_is_401(string path)
    {
        (await api.Anonymous.GetAsync(path)).ShouldFail(401, "UNAUTHENTICATED").Header("WWW-Authenticate").ShouldBe("Bearer");
        (await api.Anonymous.As("no.good.token").GetAsync(path)).ShouldFail(401, "UNAUTHENTICATED");
    }

    [Fact]
    public async Task With_a_token_an_unknown_address_is_404_and_a_wrong_method_405()
    {
        var tenant = await api.TenantAsync();
        (await tenant.GetAsync("/no-such-thing")).ShouldFail(404, "NOT_FOUND");
        (await tenant.DeleteAsync("/leads")).ShouldFail(405, "METHOD_NOT_ALLOWED");
    }
}
