namespace Crm.Api.Tests.Fixture;

/// <summary>What tests do with accounts at Stripe.</summary>
internal static class StripeIntents
{
    /// <summary>Sets an account up that is like no other; answers what Stripe signs its messages to it with.</summary>
    public static async Task<string> PaidByStripeAsync(this ApiClient client, string? key = null)
    {
        var secret = $"whsec_{Guid.NewGuid():N}";
        (await client.PutAsync("/settings/payments", new { secretKey = key ?? $"sk_test_{Guid.NewGuid():N}", webhookSecret = secret, successUrl = "https://shop.example.com/paid" })).ShouldBe(200);
        return secret;
    }
}
