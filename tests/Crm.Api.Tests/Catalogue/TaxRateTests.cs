using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Catalogue;

public sealed class TaxRateTests(CrmApi api)
{
    [Fact]
    public async Task The_rate_is_that_of_the_place_the_class_and_the_day()
    {
        var tenant = await api.TenantAsync();
        await RateAsync(tenant, "STANDARD", 19, "2025-01-01", "2025-12-31");
        var now = await RateAsync(tenant, "STANDARD", 20, "2026-01-01");
        await RateAsync(tenant, "BOOKS", 9, "2026-01-01");
        var island = (await tenant.PostAsync("/tax-rates", new { country = "BG", region = "Island", taxCode = "STANDARD", taxCategory = "STANDARD", percent = 13.5m, validFrom = "2026-01-01" })).ShouldBe(201).Id;
        (await ResolveAsync(tenant, "2025-12-31")).ShouldBe(200).Data["percent"]!.GetValue<decimal>().ShouldBe(19m);
        var resolved = (await ResolveAsync(tenant, "2026-03-01")).ShouldBe(200);
        (resolved.IdOf("taxRateId"), resolved.Of("taxCategory"), resolved.Of("categoryCode"), resolved.Of("date")).ShouldBe((now, "STANDARD", "S", "2026-03-01"));
        (await ResolveAsync(tenant, "2026-03-01", "&region=Island")).ShouldBe(200).IdOf("taxRateId").ShouldBe(island);
        (await ResolveAsync(tenant, "2026-03-01", "&region=Elsewhere")).ShouldBe(200).IdOf("taxRateId").ShouldBe(now);
        (await tenant.GetAsync("/tax-rates/resolve?country=BG&taxCode=BOOKS")).ShouldBe(200);
        (await ResolveAsync(tenant, "2024-12-31")).ShouldFail(404, "NOT_FOUND");
        (await tenant.GetAsync("/tax-rates/resolve?country=DE&taxCode=STANDARD")).ShouldFail(404, "NOT_FOUND");
        (await tenant.GetAsync("/tax-rates/resolve?country=XX&taxCode=STANDARD")).ShouldFail(400, "INVALID_QUERY");
        (await tenant.GetAsync("/tax-rates/resolve?country=BG")).ShouldFail(400, "INVALID_QUERY");
    }

    [Fact]
    public async Task Periods_of_one_class_do_not_overlap()
    {
        var tenant = await api.TenantAsync();
        await RateAsync(tenant, "STANDARD", 20, "2026-01-01", "2026-06-30");
        foreach (var (from, to) in ((string, string?)[])[("2026-06-30", null), ("2025-01-01", "2026-01-01"), ("2026-02-01", "2026-02-02"), ("2025-01-01", null)])
            (await PostAsync(tenant, "STANDARD", 21, from, to)).ShouldFail(409, "DUPLICATE").Errors.ContainsKey("validFrom").ShouldBeTrue();
        var next = await RateAsync(tenant, "STANDARD", 21, "2026-07-01");
        (await tenant.PatchAsync($"/tax-rates/{next}", new { validFrom = "2026-06-30" })).ShouldFail(409, "DUPLICATE");
        (await tenant.DeleteAsync($"/tax-rates/{next}")).ShouldBe(204);
        await RateAsync(tenant, "STANDARD", 22, "2026-07-01");
        (await tenant.PostAsync($"/tax-rates/{next}/restore")).ShouldFail(409, "DUPLICATE");
    }

    [Fact]
    public async Task Of_many_who_enact_the_same_one_does()
    {
        var tenant = await api.TenantAsync();
        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => PostAsync(tenant, "STANDARD", 10 + i, "2026-01-01", null)));
        replies.Select(r => r.Status).Order().ShouldBe([201, .. Enumerable.Repeat(409, 7)]);
    }

    [Theory]
    [InlineData("STANDARD", "0", null, "percent")]
    [InlineData("STANDARD", "-1", null, "percent")]
    [InlineData("STANDARD", "101", null, "percent")]
    [InlineData("STANDARD", "20.00001", null, "percent")]
    [InlineData("STANDARD", "20", "Why not", "reason")]
    [InlineData("EXEMPT", "0", null, "reason")]
    [InlineData("EXEMPT", "5", "Education", "percent")]
    public async Task A_rate_fits_its_category(string taxCategory, string percent, string? reason, string wrong)
    {
        var tenant = await api.TenantAsync();
        var reply = await tenant.PostAsync("/tax-rates", new { country = "BG", taxCode = "X", taxCategory, percent = decimal.Parse(percent, System.Globalization.CultureInfo.InvariantCulture), reason, validFrom = "2026-01-01" });
        reply.ShouldFail(400, "VALIDATION_FAILED").Errors.Select(e => e.Key).ShouldBe([wrong]);
    }

    [Fact]
    public async Task What_cannot_be_a_rate_is_refused()
    {
        var tenant = await api.TenantAsync();
        (await PostAsync(tenant, "STANDARD", 20, "2026-02-01", "2026-01-31")).ShouldFail(400, "VALIDATION_FAILED").Errors.ContainsKey("validTo").ShouldBeTrue();
        (await tenant.PostAsync("/tax-rates", new { country = "bg", taxCode = "", percent = 20 })).ShouldFail(400, "VALIDATION_FAILED").Errors.Select(e => e.Key).Order().ShouldBe(["country", "taxCategory", "taxCode", "validFrom"]);
        var (user, _) = await tenant.MemberAsync("USER");
        (await PostAsync(user, "STANDARD", 20, "2026-01-01", null)).ShouldFail(403, "FORBIDDEN");
    }

    [Fact]
    public async Task Another_tenant_has_its_own_rates()
    {
        var (mine, other) = (await api.TenantAsync(), await api.TenantAsync());
        var id = await RateAsync(mine, "STANDARD", 20, "2026-01-01");
        (await other.GetAsync($"/tax-rates/{id}")).ShouldFail(404, "NOT_FOUND");
        (await ResolveAsync(other, "2026-03-01")).ShouldFail(404, "NOT_FOUND");
        await RateAsync(other, "STANDARD", 20, "2026-01-01");
    }

    private static Task<Reply> ResolveAsync(ApiClient tenant, string date, string more = "") => tenant.GetAsync($"/tax-rates/resolve?country=BG&taxCode=STANDARD&date={date}{more}");

    private static Task<Reply> PostAsync(ApiClient tenant, string taxCode, decimal percent, string validFrom, string? validTo) =>
        tenant.PostAsync("/tax-rates", new { country = "BG", taxCode, taxCategory = "STANDARD", percent, validFrom, validTo });

    private static async Task<Guid> RateAsync(ApiClient tenant, string taxCode, decimal percent, string validFrom, string? validTo = null) =>
        (await PostAsync(tenant, taxCode, percent, validFrom, validTo)).ShouldBe(201).Id;
}
