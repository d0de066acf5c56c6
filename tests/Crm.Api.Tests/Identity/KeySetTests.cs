using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Outside;
using Crm.Domain.Common;
using Crm.Infrastructure.Identity.Issuers;
using Crm.Infrastructure.Postgres;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace Crm.Api.Tests.Identity;

/// <summary>Where the keys of other issuers come from, and when they are asked for again.</summary>
public sealed class KeySetTests : IDisposable
{
    private const string Name = "https://keys.example.com";
    private readonly FakeClock _clock = new();
    private readonly OutsideIssuer _issuer = new(Name);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("crm-keys-");

    [Fact]
    public async Task A_new_key_is_noticed_when_a_token_names_it_at_most_once_a_minute()
    {
        await using var server = await KeyServer.StartAsync(_issuer.KeySet());
        using var tokens = Tokens(server.Address);
        await AcceptedAsync(tokens);
        await AcceptedAsync(tokens);
        server.Calls.ShouldBe(1);
        _issuer.Rotate("rsa-2");
        await RefusedAsync(tokens, "UNAUTHENTICATED");
        server.Calls.ShouldBe(1); // it was asked within the minute
        _clock.Advance(KeySetSource.Pause);
        await RefusedAsync(tokens, "UNAUTHENTICATED");
        server.Calls.ShouldBe(2);
        server.Answer = _issuer.KeySet();
        await RefusedAsync(tokens, "UNAUTHENTICATED");
        server.Calls.ShouldBe(2);
        _clock.Advance(KeySetSource.Pause);
        await AcceptedAsync(tokens);
        server.Calls.ShouldBe(3);
        // A flood of names nobody knows asks no more often than that.
        for (var i = 0; i < 50; i++) await RefusedAsync(tokens, "UNAUTHENTICATED", Signed(new JsonObject { ["kid"] = $"../../{i}" }));
        server.Calls.ShouldBe(3);
    }

    [Fact]
    public async Task Many_who_come_first_ask_once()
    {
        await using var server = await KeyServer.StartAsync(_issuer.KeySet());
        using var tokens = Tokens(server.Address);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => AcceptedAsync(tokens)));
        server.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task Old_keys_count_while_the_server_is_down_and_withdrawn_ones_end_when_it_is_back()
    {
        await using var server = await KeyServer.StartAsync(_issuer.KeySet());
        using var tokens = Tokens(server.Address);
        var token = _issuer.Token("ada", now: _clock.GetUtcNow().AddHours(1));
        var withdrawn = Claims("ada");
        withdrawn["exp"] = _clock.GetUtcNow().AddDays(1).ToUnixTimeSeconds();
        token = _issuer.Sign(withdrawn);
        (await tokens.ValidateAsync(token, default)).Subject.ShouldBe("ada");
        foreach (var broken in new[] { null, "", "{}", "not json", """{"keys": []}""", """{"keys": [{"kty": "oct", "k": "AAAA"}]}""" })
        {
            server.Answer = broken;
            _clock.Advance(KeySetSource.MaxAge);
            (await tokens.ValidateAsync(token, default)).Subject.ShouldBe("ada");
        }
        _issuer.Rotate("rsa-2");
        server.Answer = _issuer.KeySet();
        _clock.Advance(KeySetSource.MaxAge);
        // Asked for aside from the request that noticed their age.
        await Eventually.Async(async () =>
        {
            try
            {
                await tokens.ValidateAsync(token, default);
                return false;
            }
            catch (CrmException refusal)
            {
                return refusal.Code == "UNAUTHENTICATED";
            }
        }, "the withdrawn key still counts");
    }

    [Fact]
    public async Task Before_the_first_keys_are_there_nobody_can_be_told_from_anybody()
    {
        await using var server = await KeyServer.StartAsync(null);
        using var tokens = Tokens(server.Address);
        await RefusedAsync(tokens, "UNAVAILABLE");
        await RefusedAsync(tokens, "UNAVAILABLE");
        server.Calls.ShouldBe(1);
        server.Answer = _issuer.KeySet();
        _clock.Advance(KeySetSource.RetryPause);
        await AcceptedAsync(tokens);
    }

    [Fact]
    public async Task A_file_is_read_again_when_a_token_names_a_key_that_was_not_in_it()
    {
        var file = File("keys.json", _issuer.KeySet());
        using var tokens = Tokens(file);
        await AcceptedAsync(tokens);
        _issuer.Rotate("rsa-2");
        System.IO.File.WriteAllText(file, _issuer.KeySet());
        _clock.Advance(KeySetSource.Pause);
        await AcceptedAsync(tokens);
        System.IO.File.Delete(file);
        _clock.Advance(KeySetSource.MaxAge);
        await AcceptedAsync(tokens);
    }

    [Fact]
    public async Task The_OpenID_configuration_says_where_the_keys_are()
    {
        await using var server = await KeyServer.StartAsync(_issuer.KeySet());
        string Discovery(string name, string keys) => $$"""{"issuer": "{{name}}", "jwks_uri": "{{keys}}"}""";
        server.Configuration = Discovery(Name, server.Address);
        using (var tokens = Tokens(server.Address + "/.well-known/openid-configuration")) await AcceptedAsync(tokens);
        foreach (var wrong in new[] { Discovery("https://evil.example", server.Address), Discovery(Name, "http://192.0.2.1/keys"), Discovery(Name, "file:///etc/passwd"), "{}" })
        {
            server.Configuration = wrong;
            using var tokens = Tokens(server.Address + "/.well-known/openid-configuration");
            await RefusedAsync(tokens, "UNAVAILABLE");
        }
    }

    [Theory]
    [InlineData(1024, "1024 bits"), InlineData(512, "512 bits")]
    public void A_weak_RSA_key_is_refused_at_start(int bits, string says)
    {
        var file = File("weak.json", new JsonObject { ["keys"] = new JsonArray(Rsa(RSA.Create(bits), "old")) }.ToJsonString());
        Should.Throw<StartupException>(() => IssuerSettings.Read(Configuration(file))).Message.ShouldContain(says);
    }

    [Fact]
    public void An_exponent_that_undoes_nothing_is_refused_at_start()
    {
        var key = Rsa(RSA.Create(2048), "one");
        key["e"] = "AQ";
        Should.Throw<StartupException>(() => IssuerSettings.Read(Configuration(File("one.json", new JsonObject { ["keys"] = new JsonArray(key) }.ToJsonString())))).Message.ShouldContain("exponent");
    }

    [Theory]
    [InlineData("no-such-file.json", "cannot be read")]
    [InlineData("http://keys.example.com/jwks", "must be at an https address")]
    [InlineData("", "KeySet is not set")]
    public void A_place_that_cannot_be_believed_is_refused_at_start(string keySet, string says) =>
        Should.Throw<StartupException>(() => IssuerSettings.Read(Configuration(keySet))).Message.ShouldContain(says);

    [Fact]
    public void Keys_for_other_purposes_are_none()
    {
        JsonObject With(string name, JsonNode? value)
        {
            var key = Rsa(_issuer.Rsa, "x");
            key[name] = value;
            return key;
        }
        var keys = new JsonArray(With("use", "enc"), With("key_ops", new JsonArray("sign")), With("alg", "RS512"), With("alg", "HS256"), With("kty", "oct"), With("n", "=="), With("e", null),
            new JsonObject { ["kty"] = "EC", ["crv"] = "P-384", ["x"] = "AA", ["y"] = "AA" },
            new JsonObject { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = OutsideIssuer.Encode(new byte[32]), ["y"] = OutsideIssuer.Encode(new byte[32]) }, 7, "text", null);
        var set = KeySet.Parse(Encoding.UTF8.GetBytes(new JsonObject { ["keys"] = keys }.ToJsonString()));
        set.Keys.ShouldBeEmpty();
        set.Weak.ShouldBeEmpty();
    }

    [Fact]
    public void Without_a_key_id_only_the_one_key_of_the_algorithm_can_be_meant()
    {
        var set = KeySet.Parse(Encoding.UTF8.GetBytes(_issuer.KeySet()));
        set.Candidates("RS256", null).ShouldHaveSingleItem();
        set.Candidates("ES256", "rsa-1").ShouldBeEmpty();
        var two = KeySet.Parse(Encoding.UTF8.GetBytes(new JsonObject { ["keys"] = new JsonArray(Rsa(_issuer.Rsa, "a"), Rsa(RSA.Create(2048), "b")) }.ToJsonString()));
        two.Candidates("RS256", null).ShouldBeEmpty();
        two.Candidates("RS256", "b").ShouldHaveSingleItem();
    }

    public void Dispose()
    {
        _issuer.Dispose();
        _folder.Delete(recursive: true);
    }

    private OutsideTokens Tokens(string keySet) =>
        new([new IssuerSettings(Name, OutsideIssuer.Audience, keySet, false)], new HttpClient { Timeout = TimeSpan.FromMinutes(1) }, _clock, NullLogger<OutsideTokens>.Instance);

    private JsonObject Claims(string subject) => _issuer.Claims(subject, now: _clock.GetUtcNow());

    private string Signed(JsonObject? header = null) => _issuer.Sign(Claims("ada"), "RS256", header);

    private async Task AcceptedAsync(OutsideTokens tokens) => (await tokens.ValidateAsync(Signed(), default)).ShouldBe(new(Name, "ada", null));

    private async Task RefusedAsync(OutsideTokens tokens, string code, string? token = null) =>
        (await Should.ThrowAsync<CrmException>(async () => await tokens.ValidateAsync(token ?? Signed(), default))).Code.ShouldBe(code);

    private string File(string name, string text)
    {
        var file = Path.Combine(_folder.FullName, name);
        System.IO.File.WriteAllText(file, text);
        return file;
    }

    private static JsonObject Rsa(RSA rsa, string keyId)
    {
        var parameters = rsa.ExportParameters(false);
        return new JsonObject { ["kty"] = "RSA", ["kid"] = keyId, ["n"] = OutsideIssuer.Encode(parameters.Modulus!), ["e"] = OutsideIssuer.Encode(parameters.Exponent!) };
    }

    private static IConfiguration Configuration(string keySet) => new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["Authentication:Issuers:0:Issuer"] = Name,
        ["Authentication:Issuers:0:Audience"] = OutsideIssuer.Audience,
        ["Authentication:Issuers:0:KeySet"] = keySet,
    }).Build();
}
