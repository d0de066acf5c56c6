using System.Text;
using Crm.Api.Tests.Fixture;
using Dapper;

namespace Crm.Api.Tests.Checkouts;

/// <summary>The organization's account at Stripe: written, sealed, and never read.</summary>
public sealed class PaymentSettingsTests(CrmApi api)
{
    private const string Page = "https://shop.example.com/paid?session={CHECKOUT_SESSION_ID}";

    [Fact]
    public async Task Secrets_are_written_and_never_told()
    {
        var tenant = await api.TenantAsync();
        var none = (await tenant.GetAsync("/settings/payments")).ShouldBe(200);
        (none.Data["provider"], none.Of("webhookUrl")).ShouldBe((null, $"/api/v1/hooks/stripe/{tenant.Id}"));
        (await tenant.PutAsync("/settings/payments", new { successUrl = Page })).ShouldFail(400, "VALIDATION_FAILED").Errors.ContainsKey("secretKey").ShouldBeTrue();
        const string key = "sk_live_abcdefghijklmnopqrstuvwx", secret = "whsec_abcdefghijklmnop";
        var set = (await tenant.PutAsync("/settings/payments", new { successUrl = Page, secretKey = key, webhookSecret = secret })).ShouldBe(200);
        (set.Of("provider"), set.Of("secretKeyHint"), (bool)set.Data["isLive"]!, (bool)set.Data["hasWebhookSecret"]!).ShouldBe(("STRIPE", "sk_live_…uvwx", true, true));
        foreach (var reply in (Reply[])[set, await tenant.GetAsync("/settings/payments"), await tenant.GetAsync("/audit")])
        {
            reply.Text.ShouldNotContain(key);
            reply.Text.ShouldNotContain(secret);
        }
        await using var connection = await api.TenantConnectionAsync(tenant.Id);
        foreach (var kept in await connection.QueryAsync<byte[]>("select secret_key from crm.payment_accounts union all select webhook_secret from crm.payment_accounts"))
        {
            Encoding.Latin1.GetString(kept).ShouldNotContain("abcdefgh");
            kept.Length.ShouldBeGreaterThan(28);
        }

        // What is absent stays.
        var changed = (await tenant.PutAsync("/settings/payments", new { successUrl = "https://shop.example.com/thanks" })).ShouldBe(200);
        (changed.Of("secretKeyHint"), (bool)changed.Data["hasWebhookSecret"]!, changed.Of("successUrl")).ShouldBe(("sk_live_…uvwx", true, "https://shop.example.com/thanks"));
        (await tenant.DeleteAsync("/settings/payments")).ShouldBe(204);
        (await tenant.DeleteAsync("/settings/payments")).ShouldBe(204);
        (await tenant.GetAsync("/settings/payments")).Data["provider"].ShouldBeNull();
    }

    [Theory]
    [InlineData("secretKey", "pk_test_abcdefghijkl")]
    [InlineData("secretKey", "sk_test_abcd efgh")]
    [InlineData("secretKey", "")]
    [InlineData("webhookSecret", "secret")]
    [InlineData("successUrl", "javascript:alert(1)")]
    [InlineData("successUrl", "")]
    [InlineData("cancelUrl", "/cart")]
    public async Task What_is_no_key_and_no_page_is_refused(string member, string value)
    {
        var tenant = await api.TenantAsync();
        var body = new Dictionary<string, string> { ["successUrl"] = Page, ["secretKey"] = "sk_test_abcdefghijkl", [member] = value };
        (await tenant.PutAsync("/settings/payments", body)).ShouldFail(400, "VALIDATION_FAILED").Errors.ContainsKey(member).ShouldBeTrue();
        (await tenant.GetAsync("/settings/payments")).Data["provider"].ShouldBeNull();
    }

    [Fact]
    public async Task Only_administrators_set_it_and_everybody_has_his_own()
    {
        var tenant = await StripeTenant.OfAsync(api);
        var (admin, manager) = ((await tenant.Client.MemberAsync("ADMIN")).Client, (await tenant.Client.MemberAsync("MANAGER")).Client);
        (await admin.GetAsync("/settings/payments")).ShouldBe(200);
        (await manager.GetAsync("/settings/payments")).ShouldFail(403, "FORBIDDEN");
        (await manager.PutAsync("/settings/payments", new { successUrl = Page })).ShouldFail(403, "FORBIDDEN");
        (await manager.DeleteAsync("/settings/payments")).ShouldFail(403, "FORBIDDEN");
        (await (await api.TenantAsync()).GetAsync("/settings/payments")).Data["provider"].ShouldBeNull();
    }

    [Fact]
    public async Task A_new_key_is_used_from_then_on()
    {
        var tenant = await StripeTenant.OfAsync(api);
        var key = $"rk_test_{Guid.NewGuid():N}";
        (await tenant.Client.PutAsync("/settings/payments", new { successUrl = Page, secretKey = key })).ShouldBe(200);
        await tenant.CheckoutAsync(await tenant.InvoiceAsync());
        api.Stripe.Sessions(tenant.Key).ShouldBeEmpty();
        api.Stripe.Sessions(key).ShouldHaveSingleItem();
    }
}
