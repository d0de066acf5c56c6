using System.Collections.Concurrent;
using Crm.Api.Tests.Fixture;
using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Api.Tests.Leads;

public sealed class RegistryConversionTests(CrmApi api)
{
    [Fact]
    public async Task The_customer_keeps_the_id_the_registry_gave_it()
    {
        var registry = new Registry();
        var (tenant, client, factory) = await ServiceAsync(registry);
        await using var _ = factory;
        var lead = await tenant.LeadAsync(more: new { company = "Analytical Ltd", email = "ada@example.com" });
        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.PostAsync($"/leads/{lead}/convert")));
        var made = replies.Single(r => r.Status == 200);
        (await tenant.GetAsync($"/customers/{made.IdOf("customerId")}")).Of("registryId").ShouldBe($"R-{lead}");
        registry.Known[lead.ToString()].ShouldBe(new RegistryCustomer("Analytical Ltd", "ada@example.com", null, "Analytical Ltd"));
        registry.Known.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_registry_that_is_down_leaves_the_lead_as_it_is()
    {
        var registry = new Registry { Down = true };
        var (tenant, client, factory) = await ServiceAsync(registry);
        await using var _ = factory;
        var lead = await tenant.LeadAsync();
        var refused = (await client.PostAsync($"/leads/{lead}/convert", null, ("Idempotency-Key", "once"))).ShouldFail(503, "UNAVAILABLE");
        refused.Header("Retry-After").ShouldNotBeEmpty();
        var unchanged = await tenant.GetAsync($"/leads/{lead}");
        (unchanged.Of("status"), unchanged.Header("ETag")).ShouldBe(("NEW", "\"1\""));
        (await tenant.GetAsync("/customers")).Items.ShouldBeEmpty();

        registry.Down = false;
        (await client.PostAsync($"/leads/{lead}/convert", null, ("Idempotency-Key", "once"))).ShouldBe(200);
        registry.Down = true;
        (await client.PostAsync($"/leads/{lead}/convert", null, ("Idempotency-Key", "once"))).ShouldBe(200).Header("Idempotent-Replayed").ShouldBe("true");
        (await client.PostAsync($"/leads/{lead}/convert")).ShouldFail(409, "LEAD_ALREADY_CONVERTED");
    }

    /// <summary>The same database behind a service that has a registry.</summary>
    private async Task<(TenantClient Tenant, ApiClient Client, WebApplicationFactory<Program> Factory)> ServiceAsync(Registry registry)
    {
        var tenant = await api.TenantAsync();
        var factory = new WebApplicationFactory<Program>().WithWebHostBuilder(host => host.ConfigureTestServices(services => services.AddSingleton<IRegistryClient>(registry)));
        return (tenant, new ApiClient(factory.CreateClient(), tenant.Token), factory);
    }

    private sealed class Registry : IRegistryClient
    {
        public ConcurrentDictionary<string, RegistryCustomer> Known { get; } = new();

        public bool Down { get; set; }

        public Task<string> CreateCustomerAsync(RegistryCustomer customer, string idempotencyKey, CancellationToken ct)
        {
            if (Down) throw new CrmException(ErrorKind.Unavailable, "UNAVAILABLE", "The registry does not answer.") { RetryAfter = TimeSpan.FromSeconds(5) };
            Known[idempotencyKey] = customer;
            return Task.FromResult($"R-{idempotencyKey}");
        }
    }
}
