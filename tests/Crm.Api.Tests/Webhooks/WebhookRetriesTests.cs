using Crm.Infrastructure.Webhooks;

namespace Crm.Api.Tests.Webhooks;

/// <summary>How long a delivery waits.</summary>
public sealed class WebhookRetriesTests
{
    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 5 * 60)]
    [InlineData(3, 30 * 60)]
    [InlineData(4, 2 * 3_600)]
    [InlineData(5, 5 * 3_600)]
    [InlineData(6, 10 * 3_600)]
    [InlineData(7, 14 * 3_600)]
    [InlineData(8, 20 * 3_600)]
    [InlineData(9, 24 * 3_600)]
    public void Each_wait_is_longer_than_the_one_before_and_never_shorter_than_said(int attempts, int seconds)
    {
        WebhookRetries.Delay(attempts, 0, null).TotalSeconds.ShouldBe(seconds);
        WebhookRetries.Delay(attempts, 1, null).TotalSeconds.ShouldBe(seconds * 1.2, 0.001);
    }

    [Fact]
    public void A_receiver_gets_the_time_it_asks_for_up_to_a_day()
    {
        WebhookRetries.Delay(1, 0, TimeSpan.FromMinutes(10)).ShouldBe(TimeSpan.FromMinutes(10));
        WebhookRetries.Delay(2, 0, TimeSpan.FromSeconds(1)).ShouldBe(TimeSpan.FromMinutes(5));
        WebhookRetries.Delay(1, 0, TimeSpan.FromDays(400)).ShouldBe(TimeSpan.FromHours(24));
    }
}
