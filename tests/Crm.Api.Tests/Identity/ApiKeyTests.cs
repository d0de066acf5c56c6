using Crm.Api.Tests.Fixture;
using Crm.Domain.Common;
using Npgsql;

namespace Crm.Api.Tests.Identity;

/// <summary>API keys as records: minted, listed, revoked.</summary>
public sealed class ApiKeyTests(CrmApi api)
{
    [Fact]
    public async Task A_new_key_is_shown_once_and_never_again()
    {
        var tenant = await api.TenantAsync();
        var end = DateTimeOffset.UtcNow.AddDays(30);
        var made = (await tenant.PostAsync("/api-keys", new { name = "Web shop", scopes = new[] { "leads.read", "leads.write" }, expiresAt = end })).ShouldBe(201);
        var key = made.Of("key")!;
        key.ShouldMatch("^crm_[0-9a-f]{64}$");
        made.Header("Location").ShouldBe($"/api/v1/api-keys/{made.Id}");
        made.Header("ETag").ShouldBe("\"1\"");
        made.Of("prefix").ShouldBe(key[..12]);
        (made.IdOf("memberId"), made.IdOf("createdBy")).ShouldBe((tenant.UserId, tenant.UserId));
        made.Data["scopes"]!.AsArray().Select(s => (string)s!).ShouldBe(["leads.read", "leads.write"]);
        Instants.TryParseInstant(made.Of("expiresAt"), out var kept).ShouldBeTrue();
        kept.ShouldBe(Instants.CutToMicroseconds(end));
        made.Data["lastUsedAt"].ShouldBeNull();

        Reply[] later = [await tenant.GetAsync($"/api-keys/{made.Id}"), await tenant.GetAsync("/api-keys"), await tenant.GetAsync($"/api-keys/{made.Id}/history"), await tenant.GetAsync("/events?after=0"), await tenant.GetAsync("/audit")];
        foreach (var reply in later) reply.ShouldBe(200).Text.ShouldNotContain(key);
        later[0].Data["key"].ShouldBeNull();
        later[0].Of("prefix").ShouldBe(key[..12]);
        later[1].Items.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task The_database_keeps_a_hash_only()
    {
        var tenant = await api.TenantAsync();
        var made = (await tenant.PostAsync("/api-keys", new { name = "Web shop", scopes = new[] { "leads.read" } })).ShouldBe(201);
        await using var connection = new NpgsqlConnection(api.AppConnectionString);
        await connection.OpenAsync();
        await using var read = new NpgsqlCommand("select key_hash from crm.api_key_lookup where tenant_id = $1 and api_key_id = $2", connection) { Parameters = { new() { Value = tenant.Id }, new() { Value = made.Id } } };
        ((byte[])(await read.ExecuteScalarAsync())!).ShouldBe(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(made.Of("key")!)));
    }

    [Theory]
    [InlineData("""{"name": "x", "scopes": []}""", "scopes")]
    [InlineData("""{"name": "x", "scopes": ["leads.fly"]}""", "scopes")]
    [InlineData("""{"name": "x", "scopes": ["api-keys.write"]}""", "scopes")]
    [InlineData("""{"name": "x"}""", "scopes")]
    [InlineData("""{"name": "", "scopes": ["leads.read"]}""", "name")]
    [InlineData("""{"name": "x", "scopes": ["leads.read"], "expiresAt": "2020-01-01T00:00:00Z"}""", "expiresAt")]
    [InlineData("""{"name": "x", "scopes": ["leads.read"], "prefix": "crm_00000000"}""", "prefix")]
    [InlineData("""{"name": "x", "scopes": ["leads.read"], "key": "mine"}""", "key")]
    [InlineData("""{"name": "x", "scopes": ["leads.read"], "colour": "red"}""", "colour")]
    public async Task What_makes_no_key_is_told(string body, string member)
    {
        var tenant = await api.TenantAsync();
        (await tenant.RawAsync("POST", "/api-keys", System.Text.Encoding.UTF8.GetBytes(body))).ShouldFail(400, "VALIDATION_FAILED").Errors.Select(e => e.Key).ShouldBe([member]);
        (await tenant.GetAsync("/api-keys")).ShouldBe(200).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task Nobody_gives_a_key_what_he_does_not_have()
    {
        var tenant = await api.TenantAsync();
        var (user, _) = await tenant.MemberAsync("USER");
        (await user.PostAsync("/api-keys", new { name = "x", scopes = new[] { "leads.read" } })).ShouldFail(403, "FORBIDDEN");
        (await user.GetAsync("/api-keys")).ShouldFail(403, "FORBIDDEN");
        var (admin, _) = await tenant.MemberAsync("ADMIN");
        await admin.KeyAsync(["team.manage"]);
    }

    [Fact]
    public async Task Every_scope_that_no_key_can_have_is_named()
    {
        var tenant = await api.TenantAsync();
        (await tenant.PostAsync("/api-keys", new { name = "x", scopes = new[] { "leads.read", "api-keys.write", "all", "api-keys.delete", "leeds.read" } })).ShouldFail(400, "VALIDATION_FAILED")
            .Errors["scopes"]!.AsArray().Select(m => (string)m!).ShouldBe([
                "'all', 'leeds.read': no such permission; GET /meta/permissions lists them",
                "'api-keys.write', 'api-keys.delete': no key can have it, for keys manage no keys"]);
    }

    [Fact]
    public async Task Nobody_gets_a_key_to_another_persons_name()
    {
        var (tenant, other) = (await api.TenantAsync(), await api.TenantAsync());
        var (_, colleague) = await tenant.MemberAsync("USER");
        (await tenant.PostAsync("/api-keys", new { name = "x", scopes = new[] { "leads.read" }, memberId = colleague })).ShouldFail(403, "FORBIDDEN");
        (await tenant.PostAsync("/api-keys", new { name = "x", scopes = new[] { "leads.read" }, memberId = Guid.NewGuid() })).ShouldFail(422, "UNPROCESSABLE").Errors.ContainsKey("memberId").ShouldBeTrue();
        (await tenant.PostAsync("/api-keys", new { name = "x", scopes = new[] { "leads.read" }, memberId = other.UserId })).ShouldFail(422, "UNPROCESSABLE");
    }

    [Fact]
    public async Task Another_tenant_finds_no_key()
    {
        var (tenant, other) = (await api.TenantAsync(), await api.TenantAsync());
        var (program, id) = await tenant.KeyAsync(["leads.read"]);
        (await other.GetAsync($"/api-keys/{id}")).ShouldFail(404, "NOT_FOUND");
        (await other.DeleteAsync($"/api-keys/{id}")).ShouldFail(404, "NOT_FOUND");
        (await program.GetAsync("/leads")).ShouldBe(200);
    }

    [Fact]
    public async Task A_revoked_key_is_out_at_once_and_stays_in_the_records()
    {
        var tenant = await api.TenantAsync();
        var (program, id) = await tenant.KeyAsync(["leads.read"]);
        (await program.GetAsync("/leads")).ShouldBe(200);
        (await tenant.DeleteAsync($"/api-keys/{id}")).ShouldBe(204);
        (await program.GetAsync("/leads")).ShouldFail(401, "UNAUTHENTICATED").Header("WWW-Authenticate").ShouldBe("Bearer");
        (await tenant.DeleteAsync($"/api-keys/{id}")).ShouldFail(404, "NOT_FOUND");
        (await tenant.GetAsync($"/api-keys/{id}")).ShouldFail(404, "NOT_FOUND");
        (await tenant.GetAsync("/api-keys?deleted=true")).ShouldBe(200).Items.ShouldHaveSingleItem()!["id"]!.GetValue<Guid>().ShouldBe(id);
        (await tenant.EventsAsync("after=0&types=api_key.created,api_key.revoked", 2)).Items.Select(e => (string?)e!["type"]).ShouldBe(["api_key.created", "api_key.revoked"]);
    }

    [Fact]
    public async Task Keys_of_safe_retries_are_not_taken_because_the_answer_is_a_secret()
    {
        var tenant = await api.TenantAsync();
        var body = new { name = "Web shop", scopes = new[] { "leads.read" } };
        var (first, second) = (await tenant.PostAsync("/api-keys", body, ("Idempotency-Key", "k-1")), await tenant.PostAsync("/api-keys", body, ("Idempotency-Key", "k-1")));
        first.ShouldBe(201).Of("key").ShouldNotBe(second.ShouldBe(201).Of("key"));
    }

    [Fact]
    public async Task Lists_filter_keys_by_scope_member_and_use()
    {
        var tenant = await api.TenantAsync();
        var service = await tenant.ServiceUserAsync();
        var (_, mine) = await tenant.KeyAsync(["leads.read", "deals.read"]);
        var (_, its) = await tenant.KeyAsync(["leads.read"], service);
        async Task<IEnumerable<Guid>> Ids(string query) => (await tenant.GetAsync($"/api-keys?{query}")).ShouldBe(200).Items.Select(i => (Guid)i!["id"]!);
        (await Ids("scopes=deals.read")).ShouldBe([mine]);
        (await Ids($"memberId={service}")).ShouldBe([its]);
        (await Ids("lastUsedAt[null]=true&sort=name")).Count().ShouldBe(2);
        (await tenant.GetAsync($"/api-keys/{its}?expand=member")).ShouldBe(200).Data["member"]!["kind"]!.GetValue<string>().ShouldBe("SERVICE");
    }
}
