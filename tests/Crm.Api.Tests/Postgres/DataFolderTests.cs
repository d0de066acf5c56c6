using Crm.Infrastructure.Postgres;
using Microsoft.Extensions.Configuration;

namespace Crm.Api.Tests.Postgres;

public sealed class DataFolderTests : IDisposable
{
    private readonly DataFolder _folder = DataFolder.Open(ThrowAwayCluster.NewFolder());

    public void Dispose() => Directory.Delete(_folder.Path, recursive: true);

    [Fact]
    public void A_secret_stays_the_same_and_is_for_this_user_only()
    {
        var first = _folder.GetOrCreateSecret("some.key", 32);

        first.Length.ShouldBe(32);
        _folder.GetOrCreateSecret("some.key", 32).ShouldBe(first);
        _folder.GetOrCreateSecret("other.key", 32).ShouldNotBe(first);
        File.GetUnixFileMode(Path.Combine(_folder.Path, "some.key")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public void Of_many_first_users_at_once_all_get_one_secret()
    {
        var secrets = new string[16];
        Parallel.For(0, secrets.Length, n => secrets[n] = Convert.ToBase64String(_folder.GetOrCreateSecret("raced.key", 32)));

        secrets.Distinct().Count().ShouldBe(1);
        Directory.GetFiles(_folder.Path).Length.ShouldBe(1, "drafts are removed");
    }

    [Fact]
    public void A_secret_that_others_could_read_is_closed()
    {
        _folder.GetOrCreateSecret("open.key", 32);
        var file = Path.Combine(_folder.Path, "open.key");
        File.SetUnixFileMode(file, File.GetUnixFileMode(file) | UnixFileMode.OtherRead);

        _folder.GetOrCreateSecret("open.key", 32);

        File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public void The_lock_is_one_process_s_and_free_again_afterwards()
    {
        using (DataFolderLock.Acquire(_folder.Path)) Should.Throw<DataFolderInUseException>(() => DataFolderLock.Acquire(_folder.Path));
        DataFolderLock.Acquire(_folder.Path).Dispose();
    }

    [Fact]
    public void The_setting_names_the_folder_and_the_default_is_beside_the_solution()
    {
        Open(_folder.Path).ShouldBe(_folder.Path);
        Path.GetFileName(Open(null)).ShouldBe(".data");
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_named()
    {
        var file = Path.Combine(_folder.Path, "file");
        File.WriteAllText(file, "");

        Should.Throw<StartupException>(() => DataFolder.Open(Path.Combine(file, "below"))).Message.ShouldContain(file);
    }

    private static string Open(string? setting) =>
        DataFolder.Open(new ConfigurationBuilder().AddInMemoryCollection([new("CRM_DATA_DIR", setting)]).Build()).Path;
}
