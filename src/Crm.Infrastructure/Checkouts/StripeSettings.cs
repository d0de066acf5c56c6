using Crm.Application.Checkouts;
using Crm.Infrastructure.Postgres;
using Microsoft.Extensions.Configuration;

namespace Crm.Infrastructure.Checkouts;

/// <summary>Where Stripe is, and how long one try may take.</summary>
internal sealed record StripeSettings(Uri BaseUrl, TimeSpan Timeout, TimeSpan RetryDelay)
{
    /// <summary>The settings (<c>Stripe:BaseUrl</c>, <c>Stripe:TimeoutSeconds</c>).</summary>
    /// <exception cref="StartupException">The address is none.</exception>
    public static StripeSettings Read(IConfiguration configuration)
    {
        var stripe = configuration.GetSection("Stripe");
        var address = string.IsNullOrWhiteSpace(stripe["BaseUrl"]) ? "https://api.stripe.com" : stripe["BaseUrl"];
        if (!Uri.TryCreate(address, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https")) throw new StartupException("Stripe:BaseUrl must be an http or https address.");
        return new StripeSettings(url, TimeSpan.FromSeconds(stripe.GetValue("TimeoutSeconds", 5.0)), TimeSpan.FromMilliseconds(200));
    }

    /// <summary>The account by which organizations pay for their plans (<c>Stripe:SecretKey</c>, <c>Stripe:WebhookSecret</c>).</summary>
    public static PlatformPaymentAccount Platform(IConfiguration configuration)
    {
        var stripe = configuration.GetSection("Stripe");
        return new PlatformPaymentAccount(string.IsNullOrEmpty(stripe["SecretKey"]) ? null
            : new GatewayAccount(stripe["SecretKey"]!, string.IsNullOrEmpty(stripe["WebhookSecret"]) ? null : stripe["WebhookSecret"], null, null));
    }
}
