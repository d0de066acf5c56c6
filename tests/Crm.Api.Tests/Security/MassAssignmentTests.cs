using System.Text.Json.Nodes;
using Crm.Api.Http;
using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.OpenApi;
using Crm.Application.Resources;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Api.Tests.Security;

/// <summary>Nobody writes what is not his to write by naming it.</summary>
public sealed class MassAssignmentTests(CrmApi api)
{
    private static readonly string[] Internals =
        ["tenantId", "tenant_id", "deletedAt", "deletionId", "teamId", "createdById", "isDeleted", "isAdmin", "passwordHash", "password_hash", "phoneDigits", "search", "permissions", "__proto__", "constructor", "$type"];

    [Fact]
    public async Task What_only_the_service_sets_cannot_be_sent_along()
    {
        var contract = await OpenApi.Contract.OfAsync(api);
        var tenant = await api.TenantAsync();
        var scene = new Scene(contract, tenant);
        var (wrong, tried) = (new List<string>(), 0);
        foreach (var (resource, create) in Creatable(contract))
        {
            var example = (JsonObject)(await scene.BodyAsync(create))!;
            // What rules do with other records is not asked here.
            if (example.ContainsKey("isActive")) example["isActive"] = false;
            var path = $"{create.Path}/{(await tenant.PostAsync(create.Path, example.DeepClone())).ShouldBe(201).Id}";
            // As it is read: the answer to its creation may show a secret this once.
            var record = (await tenant.GetAsync(path)).ShouldBe(200).Data;
            var members = resource.Fields.Where(f => f.ReadOnly).Select(f => (f.Name, Value: Forged(f)))
                .Concat(Internals.Where(name => resource.Find(name) is null).Select(name => (Name: name, Value: (JsonNode)Guid.NewGuid().ToString())));
            foreach (var (name, value) in members)
            {
                var fresh = (JsonObject)(await scene.BodyAsync(create))!;
                fresh[name] = value.DeepClone();
                Judge(await tenant.PostAsync(create.Path, fresh), name);
                Judge(await tenant.PatchAsync(path, new JsonObject { [name] = value.DeepClone() }), name);
            }
            var after = (await tenant.GetAsync(path)).ShouldBe(200).Data;
            if (!JsonNode.DeepEquals(after, record)) wrong.Add($"{path} is changed: {after.ToJsonString()} was {record.ToJsonString()}");
        }
        wrong.ShouldBeEmpty(string.Join('\n', wrong));
        tried.ShouldBeGreaterThan(300);
        TestContext.Current.TestOutputHelper?.WriteLine($"{tried} forged members, all refused.");

        void Judge(Reply reply, string name)
        {
            tried++;
            if (reply.Status != 400 || !reply.Errors.ContainsKey(name)) wrong.Add($"{name}: {reply}");
        }
    }

    private IEnumerable<(Resource, Operation)> Creatable(OpenApi.Contract contract)
    {
        foreach (var resource in api.Services.GetRequiredService<ResourceCatalog>().All)
            if (contract.Operations.FirstOrDefault(o => o.Method == "POST" && o.Path == $"/api/v1/{resource.Path}" && o.Creates is not null && o.MediaType == "application/json") is { } create
                && contract.Operations.Any(o => o.Method == "PATCH" && o.Path == $"/api/v1/{resource.Path}/{{id}}")
                && api.Services.GetRequiredService<RouteList>().All.Any(r => r.Method == "POST" && r.Path == $"{resource.Path}/batch"))
                yield return (resource, create);
    }

    private static JsonNode Forged(Field field) => field.Kind switch
    {
        FieldKind.Integer or FieldKind.Decimal => 4_711,
        FieldKind.Boolean => true,
        FieldKind.Money => new JsonObject { ["amount"] = 4_711, ["currency"] = "EUR" },
        FieldKind.Date => "2001-01-01",
        FieldKind.Instant => "2001-01-01T00:00:00Z",
        FieldKind.Choice => Application.Binding.Choices.Names(field.EnumType!).Last(),
        _ => Guid.NewGuid().ToString(),
    };
}
