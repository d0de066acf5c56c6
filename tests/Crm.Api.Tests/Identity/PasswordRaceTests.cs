using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Operations;
using Crm.Application.Abstractions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Crm.Api.Tests.Identity;

/// <summary>Signing in with a password at the very moment at which it is changed: it counts before or not at all.</summary>
public sealed class PasswordRaceTests(CrmApi api)
{
    private const string New = "An0ther-password";

    [Theory]
    [InlineData(PasswordCheck.Right)]
    [InlineData(PasswordCheck.RightHashOutdated)]
    public async Task A_password_that_is_changed_while_it_is_compared_opens_nothing(PasswordCheck found)
    {
        var tenant = await api.TenantAsync();
        await using var slow = new ConfiguredApi(api, services => services.Replace(ServiceDescriptor.Singleton<IPasswordHasher>(new MeanwhileHasher(
            api.Services.GetRequiredService<IPasswordHasher>(), found, () => ChangeAsync(tenant)))));
        (await LoginAsync(slow.Anonymous, tenant, tenant.Password)).ShouldFail(401, "INVALID_CREDENTIALS");
        (await LoginAsync(api.Anonymous, tenant, tenant.Password)).ShouldFail(401, "INVALID_CREDENTIALS");
        var session = (await LoginAsync(api.Anonymous, tenant, New)).ShouldBe(200);
        (await api.Anonymous.As(session.Of("accessToken")).GetAsync("/auth/sessions")).ShouldBe(200).Items.ShouldHaveSingleItem()!["current"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task Of_many_sign_ins_while_it_is_changed_no_session_outlives_it()
    {
        var tenant = await api.TenantAsync();
        var logins = Enumerable.Range(0, 24).Select(_ => LoginAsync(api.Anonymous, tenant, tenant.Password)).ToList();
        await Task.WhenAny(logins);
        await ChangeAsync(tenant);
        var replies = await Task.WhenAll(logins);
        replies.ShouldAllBe(r => r.Status == 200 || r.Status == 401 || r.Status == 429);
        foreach (var opened in replies.Where(r => r.Status == 200))
            (await api.Anonymous.PostAsync("/auth/refresh", new { refreshToken = opened.Of("refreshToken") })).ShouldFail(401, "UNAUTHENTICATED");
    }

    private static async Task ChangeAsync(TenantClient tenant) =>
        (await tenant.PostAsync("/auth/change-password", new { currentPassword = tenant.Password, newPassword = New })).ShouldBe(204);

    private static Task<Reply> LoginAsync(ApiClient anonymous, TenantClient tenant, string password) => anonymous.PostAsync("/auth/login", new { email = tenant.Email, password });

    /// <summary>Something happens between the first comparison and what follows from it.</summary>
    private sealed class MeanwhileHasher(IPasswordHasher hasher, PasswordCheck first, Func<Task> meanwhile) : IPasswordHasher
    {
        private Func<Task>? _meanwhile = meanwhile;

        public string Hash(string password) => hasher.Hash(password);

        public PasswordCheck Verify(string? hash, string password)
        {
            var check = hasher.Verify(hash, password);
            if (Interlocked.Exchange(ref _meanwhile, null) is not { } act) return check;
            check.ShouldBe(PasswordCheck.Right);
            act().GetAwaiter().GetResult();
            return first;
        }
    }
}
