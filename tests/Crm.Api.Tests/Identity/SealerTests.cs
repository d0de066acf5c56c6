using System.Text;
using Crm.Infrastructure.Identity;
using Crm.Infrastructure.Postgres;
using Microsoft.Extensions.Configuration;

namespace Crm.Api.Tests.Identity;

public sealed class SealerTests : IDisposable
{
    private const string Key = "q4WJ0nZl7rT2cV9xB1mK8sD5fG3hP6yUe0iOaLw", Other = "zX8pL2vR5tY7uI9oA1sD3fG6hJ4kQ0wEbN2mVcK";
    private static readonly byte[] Plain = "a secret"u8.ToArray(), Ada = "ada"u8.ToArray(), Bob = "bob"u8.ToArray();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("crm-seal-");

    [Fact]
    public void What_is_sealed_opens_for_its_owner_and_looks_different_each_time()
    {
        var sealer = Of(("Encryption:Key", Key));
        var (first, second) = (sealer.Seal(Plain, Ada), sealer.Seal(Plain, Ada));
        first.ShouldNotBe(second);
        Encoding.Latin1.GetString(first).ShouldNotContain("secret");
        sealer.Open(first, Ada).ShouldBe(Plain);
        sealer.Open(first, Bob).ShouldBeNull();
        Of(("Encryption:Key", Key)).Open(second, Ada).ShouldBe(Plain);
    }

    [Fact]
    public void One_changed_bit_anywhere_opens_nothing()
    {
        var sealer = Of(("Encryption:Key", Key));
        var text = sealer.Seal(Plain, Ada);
        for (var i = 0; i < text.Length * 8; i++)
        {
            var changed = text.ToArray();
            changed[i / 8] ^= (byte)(1 << i % 8);
            sealer.Open(changed, Ada).ShouldBeNull();
        }
        for (var length = 0; length < text.Length; length++) sealer.Open(text.AsSpan(0, length), Ada).ShouldBeNull();
    }

    [Fact]
    public void Another_key_opens_nothing_and_a_key_named_later_loses_nothing()
    {
        var byToken = Of(("Jwt:Key", Key)).Seal(Plain, Ada);
        Of(("Jwt:Key", Other)).Open(byToken, Ada).ShouldBeNull();
        Of(("Jwt:Key", Key), ("Encryption:Key", Other)).Open(byToken, Ada).ShouldBe(Plain);
        var byFolder = Of().Seal(Plain, Ada);
        Of().Open(byFolder, Ada).ShouldBe(Plain);
        Of(("Jwt:Key", Key)).Open(byFolder, Ada).ShouldBe(Plain);
        File.GetUnixFileMode(Path.Combine(_folder.FullName, "encryption.key")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Theory]
    [InlineData("Encryption:Key", "short", "Encryption__Key must have at least 32 bytes")]
    [InlineData("Encryption:Key", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "Encryption__Key repeats a few characters")]
    [InlineData("Jwt:Key", "abcabcabcabcabcabcabcabcabcabcabcabcabcabc", "Jwt__Key repeats a few characters")]
    public void Weak_keys_are_refused_at_start(string name, string value, string says)
    {
        Should.Throw<StartupException>(() => Of((name, value))).Message.ShouldStartWith(says);
        if (name == "Jwt:Key") Should.Throw<StartupException>(() => TokenKey.Of(Settings((name, value)))).Message.ShouldStartWith(says);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private Sealer Of(params (string Name, string Value)[] settings) => Sealer.Of(Settings(settings));

    private IConfiguration Settings(params (string Name, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Append(("CRM_DATA_DIR", _folder.FullName)).Select(s => KeyValuePair.Create(s.Item1, (string?)s.Item2))).Build();
}
