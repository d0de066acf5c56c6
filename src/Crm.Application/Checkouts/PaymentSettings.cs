using System.Text.RegularExpressions;
using Crm.Application.Abstractions;
using Crm.Application.Outbound;
using Crm.Domain.Common;
using FluentValidation;
using MediatR;

namespace Crm.Application.Checkouts;

/// <summary>How the organization is paid through Stripe. No secret is ever told.</summary>
/// <param name="Provider">STRIPE; null when nothing is set up.</param>
/// <param name="SecretKeyHint">The beginning and the end of the secret key.</param>
/// <param name="IsLive">False for a key of Stripe's test mode.</param>
/// <param name="HasWebhookSecret">Whether Stripe's messages can be checked; until then they are refused, and payments are found by looking each hour.</param>
/// <param name="WebhookUrl">What follows the address of this service in the address to give Stripe for its messages.</param>
/// <param name="SuccessUrl">Where who has paid goes.</param>
/// <param name="CancelUrl">Where who has not paid goes.</param>
/// <param name="UpdatedAt">When this was last changed.</param>
public sealed record PaymentSettings(string? Provider, string? SecretKeyHint, bool? IsLive, bool HasWebhookSecret, string WebhookUrl, string? SuccessUrl, string? CancelUrl, DateTimeOffset? UpdatedAt)
{
    internal static PaymentSettings Of(Guid tenantId, PaymentAccountInfo? account) => new(account is null ? null : "STRIPE", account?.KeyHint,
        account is null ? null : account.KeyHint.Contains("_live_", StringComparison.Ordinal), account?.HasWebhookSecret ?? false, $"/api/v1/hooks/stripe/{tenantId}", account?.SuccessUrl,
        account?.CancelUrl, account?.UpdatedAt);
}

/// <summary>How the organization is paid through Stripe.</summary>
[Requires(Permissions.TenantWrite)]
public sealed record GetPaymentSettings : IQuery<PaymentSettings>;

internal sealed class GetPaymentSettingsHandler(IPaymentAccounts accounts, IRequestContext context) : IQueryHandler<GetPaymentSettings, PaymentSettings>
{
    public async Task<PaymentSettings> Handle(GetPaymentSettings query, CancellationToken ct) => PaymentSettings.Of(context.Caller.TenantId, await accounts.AboutAsync(ct));
}

/// <summary>
/// Sets up the organization's own account at Stripe, to which its customers pay. Secrets can be written and never read; one that is absent stays as it is. VALIDATION_FAILED: the first time without
/// a secret key, or what is no key.
/// </summary>
/// <param name="SuccessUrl">Where who has paid goes; <c>{CHECKOUT_SESSION_ID}</c> in it is replaced by Stripe.</param>
/// <param name="SecretKey">Stripe's secret or restricted key (sk_… or rk_…). A restricted one has to be allowed to write checkout sessions and to read charges.</param>
/// <param name="WebhookSecret">What Stripe signs its messages with (whsec_…).</param>
/// <param name="CancelUrl">Where who has not paid goes.</param>
[Requires(Permissions.TenantWrite)]
public sealed record SetPaymentSettings([Example("\"https://shop.example.com/paid\"")] string SuccessUrl, [Example("\"sk_test_EXAMPLEexampleEXAMPLE\"")] string? SecretKey = null,
    [Example("\"whsec_EXAMPLEexampleEXAMPLE\"")] string? WebhookSecret = null, [Example("\"https://shop.example.com/cart\"")] string? CancelUrl = null) : ICommand<PaymentSettings>
{
    /// <summary>Nothing of the secrets, which do not belong into logs.</summary>
    public override string ToString() => nameof(SetPaymentSettings);
}

internal sealed partial class SetPaymentSettingsValidator : AbstractValidator<SetPaymentSettings>
{
    public SetPaymentSettingsValidator()
    {
        RuleFor(c => c.SecretKey).Must(key => key is null || SecretKey().IsMatch(key)).OverridePropertyName("secretKey").WithMessage("must be a secret or restricted key of Stripe: sk_… or rk_…");
        RuleFor(c => c.WebhookSecret).Must(secret => secret is null || WebhookSecret().IsMatch(secret)).OverridePropertyName("webhookSecret").WithMessage("must be a signing secret of Stripe: whsec_…");
        RuleFor(c => c.SuccessUrl).MustBePage("successUrl");
        RuleFor(c => c.CancelUrl).MustBePage("cancelUrl");
    }

    [GeneratedRegex(@"\A(sk|rk)_(test|live)_[A-Za-z0-9]{8,240}\z")]
    private static partial Regex SecretKey();

    [GeneratedRegex(@"\Awhsec_[A-Za-z0-9+/=_-]{8,240}\z")]
    private static partial Regex WebhookSecret();
}

internal static class PageRules
{
    /// <summary>A page of the web people are sent to.</summary>
    public static void MustBePage<T>(this IRuleBuilderInitial<T, string?> rule, string name) => rule.Custom((url, context) =>
    {
        if (url is not null && OutboundUrl.Refusal(url) is { } refusal) context.AddFailure(name, refusal);
    });
}

internal sealed class SetPaymentSettingsHandler(IPaymentAccounts accounts, IAuditLog audit, IRequestContext context) : ICommandHandler<SetPaymentSettings, PaymentSettings>
{
    public async Task<PaymentSettings> Handle(SetPaymentSettings command, CancellationToken ct)
    {
        if (!await accounts.KeepAsync(command.SecretKey, command.WebhookSecret, command.SuccessUrl, command.CancelUrl, ct)) throw CrmException.Validation("secretKey", "is required");
        await audit.WriteAsync(PaymentSettingsAudit.Of(nameof(SetPaymentSettings), context), ct);
        return PaymentSettings.Of(context.Caller.TenantId, await accounts.AboutAsync(ct));
    }
}

/// <summary>Forgets the organization's account at Stripe, at once. Checkouts that are open can still be paid at Stripe; what is paid is not booked here. Where there is none, nothing changes.</summary>
[Requires(Permissions.TenantWrite)]
public sealed record RemovePaymentSettings : ICommand<Unit>;

internal sealed class RemovePaymentSettingsHandler(IPaymentAccounts accounts, IAuditLog audit, IRequestContext context) : ICommandHandler<RemovePaymentSettings, Unit>
{
    public async Task<Unit> Handle(RemovePaymentSettings command, CancellationToken ct)
    {
        if (await accounts.RemoveAsync(ct)) await audit.WriteAsync(PaymentSettingsAudit.Of(nameof(RemovePaymentSettings), context), ct);
        return Unit.Value;
    }
}

/// <summary>Settings are no record and leave no event to tell of them.</summary>
internal static class PaymentSettingsAudit
{
    public static AuditEntry Of(string action, IRequestContext context) => new(context.Caller.TenantId, context.Caller.UserId, action, AuditOutcome.Succeeded, "payment-settings", null, null);
}
