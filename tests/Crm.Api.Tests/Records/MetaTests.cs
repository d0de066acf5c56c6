using Crm.Api.Tests.Fixture;
using Crm.Application.Resources;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Api.Tests.Records;

public sealed class MetaTests(CrmApi api)
{
    [Theory]
    [InlineData("leads")]
    [InlineData("customers")]
    [InlineData("companies")]
    [InlineData("contacts")]
    [InlineData("deals")]
    [InlineData("products")]
    [InlineData("pipelines")]
    [InlineData("tasks")]
    [InlineData("activities")]
    [InlineData("teams")]
    [InlineData("team-members")]
    [InlineData("api-keys")]
    [InlineData("team-links")]
    public async Task What_is_described_holds(string name)
    {
        var tenant = await api.TenantAsync();
        var meta = (await tenant.GetAsync($"/meta/{name}")).ShouldBe(200).Data;
        var path = (string)meta["path"]!;
        foreach (var member in meta["members"]!.AsArray())
        {
            var field = (string)member!["name"]!;
            (await tenant.GetAsync($"{path}?sort={field}&take=1")).Status.ShouldBe((bool)member["sorts"]! ? 200 : 400, field);
            (await tenant.GetAsync($"{path}?{field}[null]=true&take=1")).Status.ShouldBe(member["operators"]!.AsArray().Count > 0 ? 200 : 400, field);
            (await tenant.GetAsync($"{path}?{field}[contains]=x&take=1")).Status.ShouldBe(member["operators"]!.AsArray().Any(o => (string?)o == "contains") ? 200 : 400, field);
            if (member["expand"] is { } expand) (await tenant.GetAsync($"{path}?expand={expand}&take=1")).ShouldBe(200);
        }
    }

    [Fact]
    public async Task Members_have_types_limits_values_and_references()
    {
        var tenant = await api.TenantAsync();
        var meta = (await tenant.GetAsync("/meta/leads")).ShouldBe(200).Data;
        ((string?)meta["singular"], (string?)meta["defaultSort"], (int)meta["limits"]!["maxTake"]!).ShouldBe(("lead", "-createdAt", 200));
        var members = meta["members"]!.AsArray().ToDictionary(m => (string)m!["name"]!);
        ((string?)members["name"]!["type"], (bool)members["name"]!["required"]!, (int)members["name"]!["maxLength"]!).ShouldBe(("TEXT", true, 300));
        members["status"]!["values"]!.AsArray().Select(v => (string?)v).ShouldBe(["NEW", "CONTACTED", "QUALIFIED", "UNQUALIFIED", "CONVERTED", "LOST"]);
        ((string?)members["ownerId"]!["refersTo"], (string?)members["ownerId"]!["expand"]).ShouldBe(("team/members", "owner"));
        ((decimal)members["score"]!["min"]!, (decimal)members["score"]!["max"]!).ShouldBe((0, 100));
        ((bool)members["convertedAt"]!["readOnly"]!).ShouldBeTrue();
        ((decimal)members["value"]!["example"]!["amount"]!).ShouldBe(12500.50m);
    }

    [Fact]
    public async Task An_unknown_resource_is_not_found_and_a_token_is_needed()
    {
        var tenant = await api.TenantAsync();
        (await tenant.GetAsync("/meta/spaceships")).ShouldFail(404, "NOT_FOUND");
        (await tenant.GetAsync("/meta/leads?x=1")).ShouldFail(400, "INVALID_QUERY");
        (await api.Anonymous.GetAsync("/meta/leads")).ShouldFail(401, "UNAUTHENTICATED");
    }

    [Fact]
    public void What_expand_adds_has_a_name_of_its_own()
    {
        foreach (var resource in api.Services.GetRequiredService<ResourceCatalog>().All)
            resource.Fields.Select(f => f.Name).Concat(resource.Fields.Select(f => f.ExpandName).OfType<string>()).ShouldBeUnique(resource.Name);
    }
}
