using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Notifications;
using Crm.Api.Tests.Operations;
using Crm.Domain.Common;

namespace Crm.Api.Tests.Subscriptions;

/// <summary>Whoever reads an organization's billing is told what is to be paid for its plan, and what becomes of it when it is not.</summary>
public sealed class DunningTests(CrmApi api) : IAsyncLifetime
{
    private readonly ConfiguredApi _limited = new(api, ("Plans:Enabled", "true"));

    private SubscriptionLife Life => new(api, _limited);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _limited.DisposeAsync();

    [Fact]
    public async Task Each_step_is_told_once_to_owners_and_administrators_with_what_comes_next()
    {
        var tenant = await Life.OnStarterAsync();
        var (admin, user) = ((await tenant.MemberAsync("ADMIN")).Client, (await tenant.MemberAsync("USER")).Client);
        (await tenant.PatchAsync("/auth/me", new { timeZone = "UTC" })).ShouldBe(200);
        (await tenant.PutAsync("/notifications/preferences", new { email = new[] { "SUBSCRIPTION_PAST_DUE" } })).ShouldBe(200);
        (await admin.PatchAsync("/auth/me", new { language = "bg", timeZone = "UTC" })).ShouldBe(200);
        await DunAsync(tenant, 1, "SUBSCRIPTION_DUE");
        var told = (await admin.ToldAsync(1)).ShouldHaveSingleItem();
        var charge = (await tenant.GetAsync("/subscription/charges")).Items.ShouldHaveSingleItem()!;
        var due = DateTimeOffset.Parse((string)charge["dueAt"]!, null);
        // What a plan is called is the platform's, which other tests change.
        ((string?)told["kind"], (string?)told["resource"]).ShouldBe(("SUBSCRIPTION_DUE", null));
        ((string)told["title"]!).ShouldEndWith(", 19.00 EUR");
        ((string)told["body"]!).ShouldBe($"Платимо до {Day(due)}. Ако не бъде платено, планът продължава до {Day(due.AddDays(14))}; след това организацията преминава към FREE.");

        await Life.PassAsync(tenant, TimeSpan.FromDays(15));
        await DunAsync(tenant, 2, "SUBSCRIPTION_PAST_DUE");
        await Life.ShiftAsync(tenant, TimeSpan.FromDays(11));
        await DunAsync(tenant, 3, "SUBSCRIPTION_ENDING");
        await Life.PassAsync(tenant, TimeSpan.FromDays(5));
        await DunAsync(tenant, 4, "SUBSCRIPTION_ENDED");

        (await admin.ToldAsync(4)).Select(n => (string)n["title"]!).ShouldAllBe(title => title.EndsWith(", 19.00 EUR", StringComparison.Ordinal));
        (await user.GetAsync("/notifications")).Items.ShouldBeEmpty("who may not read the billing is not told of it");
        var unpaid = (await tenant.ToldAsync(4)).Single(n => (string?)n["kind"] == "SUBSCRIPTION_PAST_DUE");
        var mail = await api.MailToAsync(tenant, $"Your plan was not paid for in time: {unpaid["title"]}");
        MailText.Body(mail).ShouldContain("without payment the organization then falls back to FREE");
    }

    [Fact]
    public async Task However_many_are_at_it_a_step_is_told_once()
    {
        var tenant = await Life.OnStarterAsync();
        var now = DateTimeOffset.UtcNow;
        await using var other = new ConfiguredApi(api, ("Plans:Enabled", "true"));
        var turns = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => new SubscriptionLife(api, i % 2 == 0 ? _limited : other).DunAsync(tenant, now)));
        turns.Count(taken => taken).ShouldBeLessThanOrEqualTo(1);
        await Task.WhenAll(Enumerable.Range(1, 8).Select(i => new SubscriptionLife(api, i % 2 == 0 ? _limited : other).DunAsync(tenant, now.AddMilliseconds(i))));
        (await tenant.ToldAsync(1)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task What_is_paid_is_not_told_of_any_more_and_the_next_charge_is()
    {
        var tenant = await Life.OnStarterAsync();
        await DunAsync(tenant, 1, "SUBSCRIPTION_DUE");
        await Life.PassAsync(tenant, TimeSpan.FromDays(15));
        await Life.PayAllAsync(tenant);
        await Life.DunAsync(tenant);
        (await tenant.ToldAsync(1)).ShouldHaveSingleItem();
        await Life.PassAsync(tenant, TimeSpan.FromDays(20));
        await Life.DunAsync(tenant);
        (await tenant.ToldAsync(2)).ShouldAllBe(n => (string?)n["kind"] == "SUBSCRIPTION_DUE");
    }

    [Fact]
    public async Task A_tenant_that_owes_nothing_or_is_suspended_is_told_nothing()
    {
        var (free, suspended) = (await _limited.Anonymous.RegisterAsync(), await Life.OnStarterAsync());
        var platform = _limited.Anonymous.AsPlatform();
        (await platform.PostAsync($"/platform/tenants/{suspended.Id}/suspend", new { reason = "Asked" })).ShouldBe(200);
        (await Life.DunAsync(suspended)).ShouldBeFalse();
        await Life.DunAsync(free);
        (await free.GetAsync("/notifications")).ShouldBe(200).Items.ShouldBeEmpty();
        (await platform.PostAsync($"/platform/tenants/{suspended.Id}/restore")).ShouldBe(200);
        (await suspended.GetAsync("/notifications")).ShouldBe(200).Items.ShouldBeEmpty();
    }

    /// <summary>Two turns, after which the owner was told so much, of this last.</summary>
    private async Task DunAsync(TenantClient tenant, int count, string last)
    {
        await Life.DunAsync(tenant);
        await Life.DunAsync(tenant);
        var told = await tenant.ToldAsync(count);
        (told.Count, (string?)told[^1]["kind"]).ShouldBe((count, last));
    }

    private static string Day(DateTimeOffset at) => Instants.FormatDate(DateOnly.FromDateTime(at.UtcDateTime));
}
