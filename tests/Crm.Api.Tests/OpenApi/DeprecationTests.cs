using Crm.Api.Http;
using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Operations;
using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Api.Tests.OpenApi;

/// <summary>A route that will go away says so, on a routing table of these tests.</summary>
public sealed class DeprecationTests(CrmApi api)
{
    private static readonly DateOnly Since = new(2026, 6, 1), Until = new(2027, 6, 1);

    [Fact]
    public async Task Every_answer_says_since_when_until_when_and_what_to_use_instead()
    {
        var tenant = await api.TenantAsync();
        await using var service = Service();
        var client = service.Anonymous.As(tenant.Token);
        foreach (var reply in new[] { (await client.GetAsync("/old-leads/7%20a/score")).ShouldBe(200), (await client.SendAsync("HEAD", "/old-leads/7%20a/score", null)).ShouldBe(200), (await client.GetAsync("/old-leads/7%20a/score?colour=red")).ShouldFail(400, "INVALID_QUERY") })
        {
            reply.Header("Deprecation").ShouldBe("@1780272000");
            reply.Header("Sunset").ShouldBe("Tue, 01 Jun 2027 00:00:00 GMT");
            reply.Header("Link").ShouldBe("</docs/index.html#/old-leads/getOldScore>; rel=\"deprecation\"; type=\"text/html\", </api/v1/leads/7%20a>; rel=\"successor-version\"");
        }
        var other = (await client.GetAsync("/leads")).ShouldBe(200);
        other.Header("Deprecation").ShouldBeEmpty();
        other.Header("Link").ShouldBeEmpty();
    }

    [Fact]
    public async Task The_document_says_it_too()
    {
        await using var service = Service();
        var operations = (await Contract.OfAsync(service.Anonymous)).Operations;
        var old = operations.Single(o => o.Id == "getOldScore");
        ((bool)old.Json["deprecated"]!).ShouldBeTrue();
        ((string)old.Json["description"]!).ShouldContain("Deprecated since 2026-06-01; may be gone from 2027-06-01 on; use `/api/v1/leads/{id}`.");
        old.Json["responses"]!["200"]!["headers"]!.AsObject().Select(h => h.Key).ShouldBe(["X-Request-Id", "Deprecation", "Sunset", "Link"], ignoreOrder: true);
        operations.Where(o => o.Json["deprecated"] is not null).ShouldHaveSingleItem();
    }

    [Fact]
    public void The_end_cannot_come_before_the_beginning() => Should.Throw<ArgumentException>(() => new Deprecation(Until, Since, null));

    private ConfiguredApi Service() => new(api, services => services
        .AddSingleton<IEndpoints, OldEndpoints>()
        .AddTransient<IRequestHandler<GetOldScore, OldScore>, GetOldScoreHandler>());

    /// <summary>What a score was once.</summary>
    public sealed record OldScore(int Score);

    /// <summary>The score of a lead as it was told once.</summary>
    [SignedIn]
    public sealed record GetOldScore(string Id) : IQuery<OldScore>;

    internal sealed class GetOldScoreHandler : IQueryHandler<GetOldScore, OldScore>
    {
        public Task<OldScore> Handle(GetOldScore query, CancellationToken ct) => Task.FromResult(new OldScore(query.Id.Length));
    }

    private sealed class OldEndpoints : IEndpoints
    {
        public void Map(Routes routes) => routes.Get<GetOldScore>("old-leads/{id}/score").Deprecated(Since, until: Until, successor: "leads/{id}");
    }
}
