using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Crm.Domain.Common;
using Crm.Infrastructure.Identity;
using Crm.Infrastructure.Postgres;
using Microsoft.Extensions.Configuration;

namespace Crm.Api.Tests.Identity;

public sealed class TokenTests
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(64);
    private static readonly IConfiguration Nothing = new ConfigurationBuilder().Build();
    private readonly Tokens _tokens = new(new TokenKey(Key), TimeProvider.System, Nothing);
    private readonly Guid _user = Guid.NewGuid(), _tenant = Guid.NewGuid(), _session = Guid.NewGuid();

    [Fact]
    public void What_is_issued_validates_and_does_so_in_another_process_with_the_same_key()
    {
        var token = _tokens.Issue(_user, _tenant, _session);
        token.ExpiresIn.ShouldBe(3600);
        _tokens.Validate(token.Text).ShouldBe(new(_user, _tenant, _session));
        _tokens.Validate(token.Text).ShouldBe(new(_user, _tenant, _session));
        new Tokens(new TokenKey(Key), TimeProvider.System, Nothing).Validate(token.Text).ShouldBe(new(_user, _tenant, _session));
    }

    [Theory]
    [InlineData("none"), InlineData("HS384"), InlineData("RS256"), InlineData("hs256")]
    public void The_algorithm_is_not_the_tokens_to_choose(string alg)
    {
        var payload = Claims();
        var signed = $"{Part($$"""{"alg":"{{alg}}","typ":"JWT"}""")}.{Part(payload)}";
        Refused($"{signed}.{Sign(signed)}");
        Refused($"{signed}.");
    }

    [Fact]
    public void One_changed_character_anywhere_is_refused()
    {
        var token = _tokens.Issue(_user, _tenant, _session).Text;
        for (var i = 0; i < token.Length; i++)
        {
            var changed = token.ToCharArray();
            changed[i] = changed[i] == 'A' ? 'B' : 'A';
            Refused(new string(changed));
        }
    }

    [Theory]
    [InlineData("iss", "\"other\""), InlineData("aud", "\"other\""), InlineData("sub", "\"no uuid\""), InlineData("tid", "null"), InlineData("exp", "\"soon\"")]
    public void A_well_signed_token_that_is_not_meant_for_us_is_refused(string claim, string value)
    {
        using var claims = JsonDocument.Parse(Claims());
        var members = claims.RootElement.EnumerateObject().Select(m => $"\"{m.Name}\":{(m.Name == claim ? value : m.Value.GetRawText())}");
        var signed = $"{Part("""{"alg":"HS256","typ":"JWT"}""")}.{Part($"{{{string.Join(',', members)}}}")}";
        Refused($"{signed}.{Sign(signed)}");
    }

    [Theory]
    [InlineData(""), InlineData("."), InlineData(".."), InlineData("a.b.c"), InlineData("a.b.c.d"), InlineData("\u0000"), InlineData("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.."), InlineData("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.x")]
    public void What_is_no_token_is_refused(string text) => Refused(text);

    [Fact]
    public void A_very_long_text_is_refused() => Refused("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9." + new string('a', 100_000) + ".x");

    [Fact]
    public void A_key_that_is_set_must_be_long_enough()
    {
        Should.Throw<StartupException>(() => TokenKey.Of(With("Jwt:Key", "short"))).Message.ShouldContain("32 bytes");
        TokenKey.Of(With("Jwt:Key", "0123456789abcdef0123456789abcdef")).Bytes.Length.ShouldBe(32);
    }

    [Fact]
    public void Without_a_key_the_data_folder_keeps_one()
    {
        var folder = Directory.CreateTempSubdirectory("crm-key-");
        try
        {
            var first = TokenKey.Of(With("CRM_DATA_DIR", folder.FullName)).Bytes;
            TokenKey.Of(With("CRM_DATA_DIR", folder.FullName)).Bytes.ShouldBe(first);
            if (!OperatingSystem.IsWindows()) File.GetUnixFileMode(Path.Combine(folder.FullName, "jwt.key")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private void Refused(string token) => Should.Throw<CrmException>(() => _tokens.Validate(token)).Code.ShouldBe("UNAUTHENTICATED");

    private string Claims()
    {
        var payload = _tokens.Issue(_user, _tenant, _session).Text.Split('.')[1];
        return Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(payload));
    }

    private static string Part(string json) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    private static string Sign(string signed) => System.Buffers.Text.Base64Url.EncodeToString(HMACSHA256.HashData(Key, Encoding.UTF8.GetBytes(signed)));

    private static IConfiguration With(string name, string value) => new ConfigurationBuilder().AddInMemoryCollection([new(name, value)]).Build();
}
