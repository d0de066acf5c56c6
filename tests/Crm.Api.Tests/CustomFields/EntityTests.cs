using Crm.Api.Tests.Fixture;
using Crm.Application.Resources;
using Crm.Domain.CustomFields;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Api.Tests.CustomFields;

public sealed class EntityTests(CrmApi api)
{
    [Fact]
    public void What_definitions_name_are_resources()
    {
        var resources = api.Services.GetRequiredService<ResourceCatalog>();
        CustomFieldRules.Targets.Where(t => resources.Find(t) is null).ShouldBeEmpty();
        // Their values are found by searches, like those of every other member.
        CustomFieldRules.Entities.Where(e => !resources[e].Fields.Any(f => f.Searched)).ShouldBeEmpty();
        resources.All.Where(r => r.TakesCustomFields).Select(r => r.Table).ShouldBe(CustomFieldRules.Entities, ignoreOrder: true);
    }
}
