using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Operations;
using Crm.Application.Abstractions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Crm.Api.Tests.Security;

/// <summary>A stranger cannot find out who has an account: not by the answer, and not by the work that is done before it.</summary>
public sealed partial class EnumerationTests(CrmApi api)
{
    [Theory]
    [InlineData("somebody's address", true)]
    [InlineData("nobody's address", false)]
    public async Task Signing_in_wrongly_costs_one_hash_whoever_is_named(string what, bool exists)
    {
        var hasher = new CountingHasher();
        await using var counting = new ConfiguredApi(api, services => services.Replace(ServiceDescriptor.Singleton<IPasswordHasher>(hasher)));
        var email = exists ? (await api.TenantAsync()).Email : $"{Guid.NewGuid():N}@example.com";
        (await counting.Anonymous.PostAsync("/auth/login", new { email, password = "wrong-password" })).ShouldFail(401, "INVALID_CREDENTIALS");
        hasher.Verified.ShouldHaveSingleItem(what).ShouldBe(exists);
    }

    [Fact]
    public async Task The_answers_to_a_wrong_address_and_a_wrong_password_are_the_same()
    {
        var tenant = await api.TenantAsync();
        var (known, unknown) = (await LoginAsync(tenant.Email), await LoginAsync($"{Guid.NewGuid():N}@example.com"));
        Same(known).ShouldBe(Same(unknown));
        known.Headers.Select(h => h.Key).Order().ShouldBe(unknown.Headers.Select(h => h.Key).Order());
    }

    [Fact]
    public async Task Known_unknown_and_no_addresses_that_forgot_their_password_are_answered_202_alike()
    {
        var tenant = await api.TenantAsync();
        var replies = new List<Reply>();
        foreach (var email in (string[])[tenant.Email, $"nobody-{Guid.NewGuid():N}@example.com", "no address"])
            replies.Add((await api.Anonymous.PostAsync("/auth/forgot-password", new { email })).ShouldBe(202));
        replies.Select(r => r.Text).Distinct().ShouldHaveSingleItem().ShouldBe("""{"success":true,"data":null,"message":null}""");
        replies.Select(r => string.Join(',', r.Headers.Keys.Order())).Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Another_tenants_records_and_no_records_are_the_same_404()
    {
        var (mine, other) = (await api.TenantAsync(), await api.TenantAsync());
        var id = await other.LeadAsync();
        var none = Guid.NewGuid();
        Same(await mine.GetAsync($"/leads/{id}")).Replace(id.ToString(), "").ShouldBe(Same(await mine.GetAsync($"/leads/{none}")).Replace(none.ToString(), ""));
    }

    private Task<Reply> LoginAsync(string email) => api.Anonymous.PostAsync("/auth/login", new { email, password = "wrong-password" });

    private static string Same(Reply reply) => $"{reply.Status} {TraceId().Replace(reply.Text, "")}";

    [GeneratedRegex("\"traceId\":\"[^\"]*\"")]
    private static partial Regex TraceId();

    private sealed class CountingHasher : IPasswordHasher
    {
        /// <summary>For each comparison, whether there was a hash to compare with.</summary>
        public ConcurrentQueue<bool> Verified { get; } = new();

        public string Hash(string password) => throw new NotSupportedException();

        public PasswordCheck Verify(string? hash, string password)
        {
            Verified.Enqueue(hash is not null);
            return PasswordCheck.Wrong;
        }
    }
}
