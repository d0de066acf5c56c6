using Crm.Api.Http;
using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.OpenApi;
using Crm.Api.Tests.Operations;
using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Domain.Members;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Api.Tests.Security;

/// <summary>
/// Every route of the document with credentials that are valid and not enough. Another tenant's records are IsolationTests' walk, another
/// user's VisibilityTests'.
/// </summary>
public sealed class AccessWalkTests(CrmApi api)
{
    [Fact]
    public async Task A_role_without_the_permission_is_refused_on_every_route()
    {
        var tenant = await api.TenantAsync();
        var called = await WalkAsync(tenant, (await tenant.MemberAsync("USER")).Client,
            route => (route.Permission ?? Authorization.PermissionOf(route.Request)) is { } permission && !Permissions.Of(Role.User).Contains(permission), (403, "FORBIDDEN"));
        called.ShouldBeGreaterThan(20);
    }

    [Fact]
    public async Task A_removed_member_is_refused_on_every_route()
    {
        var tenant = await api.TenantAsync();
        var (member, id) = await tenant.MemberAsync("ADMIN");
        (await member.GetAsync("/leads")).ShouldBe(200);
        (await tenant.DeleteAsync($"/team/members/{id}")).ShouldBe(204);
        (await WalkAsync(tenant, member, _ => true, (401, "UNAUTHENTICATED"), (403, "TENANT_FORBIDDEN"))).ShouldBeGreaterThan(100);
    }

    [Fact]
    public async Task An_expired_token_is_refused_on_every_route()
    {
        var tenant = await api.TenantAsync();
        var expired = tenant.As(ExpiredToken.For(api, tenant.UserId, tenant.Id));
        (await WalkAsync(tenant, expired, _ => true, (401, "TOKEN_EXPIRED"))).ShouldBeGreaterThan(100);
    }

    [Fact]
    public async Task An_expired_API_key_is_refused_on_every_route()
    {
        var tenant = await api.TenantAsync();
        var clock = new MovedClock();
        await using var later = new ConfiguredApi(api, services => ConfiguredApi.Tells(services, clock));
        var (program, _) = await tenant.KeyAsync(["leads.read"], expiresAt: DateTimeOffset.UtcNow.AddDays(2));
        clock.Offset = TimeSpan.FromDays(3);
        (await WalkAsync(tenant, later.Anonymous.WithKey(program.ApiKey!), _ => true, (401, "UNAUTHENTICATED"))).ShouldBeGreaterThan(100);
    }

    [Fact]
    public async Task Who_is_denied_everything_is_refused_wherever_a_permission_is_asked_for()
    {
        var tenant = await api.TenantAsync();
        var (member, id) = await tenant.MemberAsync("ADMIN");
        (await tenant.PatchAsync($"/team/members/{id}", new { permissions = new { deny = Permissions.Of(Role.Owner).Order() } })).ShouldBe(200);
        (await WalkAsync(tenant, member, route => (route.Permission ?? Authorization.PermissionOf(route.Request)) is not null, (403, "FORBIDDEN"))).ShouldBeGreaterThan(100);
    }

    /// <summary>Calls each route with its own example, made by the owner, as the other caller. Answers how many there were.</summary>
    private async Task<int> WalkAsync(TenantClient owner, ApiClient caller, Func<Route, bool> concerns, params (int Status, string Code)[] refusals)
    {
        var contract = await OpenApi.Contract.OfAsync(api);
        var scene = new Scene(contract, owner);
        var routes = api.Services.GetRequiredService<RouteList>().All.Where(r => r is { IsPublic: false, IsPlatform: false } && concerns(r)).Select(r => $"{r.Method} /api/v1/{r.Path}").ToHashSet(StringComparer.Ordinal);
        var wrong = new List<string>();
        foreach (var operation in contract.Operations.Where(o => routes.Contains($"{o.Method} {o.Path}")))
        {
            var reply = await caller.SendAsync(operation.Method, await scene.PathAsync(operation), operation.Encode(await scene.BodyAsync(operation)));
            if (!refusals.Any(r => r.Status == reply.Status && reply.Text.Contains($"\"code\":\"{r.Code}\"", StringComparison.Ordinal))) wrong.Add(reply.ToString());
        }
        wrong.ShouldBeEmpty(string.Join('\n', wrong));
        TestContext.Current.TestOutputHelper?.WriteLine($"{routes.Count} operations, all refused.");
        return routes.Count;
    }
}
