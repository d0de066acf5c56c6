using Crm.Domain.Common;
using Crm.Domain.Webhooks;

namespace Crm.Domain.Tests.Webhooks;

/// <summary>What a webhook may be, and what becomes of it.</summary>
public sealed class WebhookTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 9, 30, 0, TimeSpan.Zero);
    private static readonly WebhookDetails Details = new() { Url = "https://hooks.example/crm" };

    [Fact]
    public void It_needs_an_address_an_event_and_a_limit_within_reason()
    {
        Should.Throw<CrmException>(() => Webhook.Subscribe(Guid.NewGuid(), Details with { Url = "" })).Errors!.Keys.ShouldContain("url");
        Should.Throw<CrmException>(() => Webhook.Subscribe(Guid.NewGuid(), Details with { Events = [] })).Errors!.Keys.ShouldContain("events");
        foreach (var limit in (int[])[0, 11]) Should.Throw<CrmException>(() => Webhook.Subscribe(Guid.NewGuid(), Details with { ConcurrencyLimit = limit })).Errors!.Keys.ShouldContain("concurrencyLimit");
    }

    [Fact]
    public void It_is_active_for_all_events_unless_stated_otherwise()
    {
        var webhook = Webhook.Subscribe(Guid.NewGuid(), Details);
        (webhook.Status, webhook.Details.Events.Single()).ShouldBe((WebhookStatus.Active, "*"));
        webhook.EnsureActive();
        webhook.DrainEvents().ShouldHaveSingleItem().ShouldBeOfType<Created<Webhook>>();
    }

    [Fact]
    public void Paused_and_resumed_it_says_so_once()
    {
        var webhook = New();
        webhook.Pause();
        webhook.Pause();
        webhook.Status.ShouldBe(WebhookStatus.Paused);
        Should.Throw<CrmException>(webhook.EnsureActive).Code.ShouldBe("INVALID_STATE");
        webhook.EnsureNotDisabled();
        webhook.Resume();
        webhook.Resume();
        webhook.Status.ShouldBe(WebhookStatus.Active);
        webhook.DrainEvents().Count.ShouldBe(2);
    }

    [Fact]
    public void Given_up_it_keeps_the_first_reason_until_it_is_resumed()
    {
        var webhook = New();
        webhook.Disable(WebhookDisabledReason.Gone, Now);
        webhook.Disable(WebhookDisabledReason.Failing, Now.AddDays(1));
        (webhook.Status, webhook.DisabledReason, webhook.DisabledAt).ShouldBe((WebhookStatus.Disabled, WebhookDisabledReason.Gone, Now));
        Should.Throw<CrmException>(webhook.EnsureNotDisabled).Code.ShouldBe("INVALID_STATE");
        webhook.DrainEvents().ShouldHaveSingleItem().ShouldBe(new WebhookDisabled(webhook.Id, WebhookDisabledReason.Gone));
        webhook.Resume();
        (webhook.Status, webhook.DisabledReason, webhook.DisabledAt).ShouldBe((WebhookStatus.Active, null, null));
        webhook.DrainEvents().ShouldHaveSingleItem().ShouldBe(new WebhookEnabled(webhook.Id));
    }

    [Fact]
    public void Paused_and_given_up_it_is_resumed_at_once()
    {
        var webhook = New();
        webhook.Pause();
        webhook.Disable(WebhookDisabledReason.Failing, Now);
        webhook.Resume();
        webhook.Status.ShouldBe(WebhookStatus.Active);
    }

    [Fact]
    public void Another_secret_is_told_and_not_shown()
    {
        var webhook = New();
        webhook.SecretRotates(Now);
        webhook.SecretRotatedAt.ShouldBe(Now);
        webhook.DrainEvents().ShouldHaveSingleItem().ShouldBe(new WebhookSecretRotated(webhook.Id));
    }

    private static Webhook New()
    {
        var webhook = Webhook.Subscribe(Guid.NewGuid(), Details);
        webhook.DrainEvents();
        return webhook;
    }
}
