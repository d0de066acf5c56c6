using Crm.Application.Checkouts;
using Crm.Infrastructure.Outbound;
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
        var url = ConfiguredAddress.Read(configuration, "Stripe:BaseUrl") ?? new Uri("https://api.stripe.com");
        return new StripeSettings(url, TimeSpan.FromSeconds(configuration.GetValue("Stripe:TimeoutSeconds", 5.0)), TimeSpan.FromMilliseconds(200));
    }

    /// <summary>The account by which organizations pay for their plans (<c>Stripe:SecretKey</c>, <c>Stripe:WebhookSecret</c>).</summary>
    public static PlatformPaymentAccount Platform(IConfiguration configuration)
    {
        var stripe = configuration.GetSection("Stripe");
        return new PlatformPaymentAccount(string.IsNullOrEmpty(stripe["SecretKey"]) ? null
            : new GatewayAccount(stripe["SecretKey"]!, string.IsNullOrEmpty(stripe["WebhookSecret"]) ? null : stripe["WebhookSecret"], null, null));
    }
}
