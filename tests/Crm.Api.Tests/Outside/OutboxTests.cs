using Crm.Api.Tests.Postgres;
using Crm.Application.Abstractions;
using Crm.Infrastructure.Events;

namespace Crm.Api.Tests.Outside;

public sealed class OutboxTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    [Fact]
    public async Task A_delivered_event_leaves_the_outbox()
    {
        await using var bench = await OutboxBench.SetUpAsync(cluster);
        var id = await bench.EnqueueAsync();

        (await bench.WorkAsync()).ShouldBe(1);

        var message = bench.Sink.Delivered.ShouldHaveSingleItem();
        (message.EventId, message.TenantId, message.Type, message.AggregateId, message.Version).ShouldBe((id, bench.TenantId, "customer.created", id, 1));
        (await bench.StateAsync(id)).ShouldBeNull();
        (await bench.WorkAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task What_fails_is_tried_again_later_and_later_and_then_given_up()
    {
        await using var bench = await OutboxBench.SetUpAsync(cluster);
        bench.Sink.Act = (_, _) => throw new InvalidOperationException("no mailbox ada@example.com");
        var id = await bench.EnqueueAsync();
        for (var attempt = 1; attempt <= RetryPolicy.MaxAttempts; attempt++)
        {
            (await bench.WorkAsync()).ShouldBe(1);
            (await bench.StateAsync(id)).ShouldBe(new OutboxState(attempt, "InvalidOperationException", attempt == RetryPolicy.MaxAttempts));
            await bench.PassAsync(RetryPolicy.Delay(attempt, 0) - TimeSpan.FromSeconds(1));
            (await bench.WorkAsync()).ShouldBe(0);
            await bench.PassAsync(RetryPolicy.Delay(attempt, 1) - RetryPolicy.Delay(attempt, 0) + TimeSpan.FromSeconds(1));
        }
        await bench.PassAsync(TimeSpan.FromDays(30));
        (await bench.WorkAsync()).ShouldBe(0);
        (await bench.Queue.DepthAsync(default)).ShouldBe((0, 1, null));
    }

    [Theory]
    [InlineData(1, 3.75, 6.25)]
    [InlineData(2, 11.25, 18.75)]
    [InlineData(5, 303.75, 506.25)]
    [InlineData(9, 8_100, 13_500)]
    public void The_wait_triples_up_to_three_hours_with_a_quarter_of_chance(int attempts, double shortest, double longest)
    {
        RetryPolicy.Delay(attempts, 0).TotalSeconds.ShouldBe(shortest, 0.001);
        RetryPolicy.Delay(attempts, 1).TotalSeconds.ShouldBe(longest, 0.001);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(-10)]
    public async Task What_is_handed_over_once_more_is_due_at_once_by_the_clock_that_claims_it(int seconds)
    {
        await using var bench = await OutboxBench.SetUpAsync(cluster);
        bench.Sink.NeedsEvent = false;
        bench.Clock.Advance(TimeSpan.FromSeconds(seconds));
        var id = await bench.RepeatAsync();

        (await bench.WorkAsync()).ShouldBe(1);

        bench.Sink.Delivered.ShouldHaveSingleItem().EventId.ShouldBe(id);
    }

    [Fact]
    public async Task Two_instances_never_hold_the_same_row()
    {
        await using var bench = await OutboxBench.SetUpAsync(cluster);
        for (var i = 0; i < 60; i++) await bench.EnqueueAsync();

        var claims = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(() => bench.Queue.ClaimAsync(10, CancellationToken.None))));

        claims.SelectMany(c => c).Select(r => r.Id).ShouldBeUnique();
        (claims.Sum(c => c.Count) + (await bench.Queue.ClaimAsync(60, CancellationToken.None)).Count).ShouldBe(60);
    }

    [Fact]
    public async Task The_row_of_a_dead_holder_comes_back_and_its_late_word_counts_no_more()
    {
        await using var bench = await OutboxBench.SetUpAsync(cluster);
        var id = await bench.EnqueueAsync();
        var lost = (await bench.Queue.ClaimAsync(1, CancellationToken.None)).ShouldHaveSingleItem();
        (await bench.WorkAsync()).ShouldBe(0);
        await bench.PassAsync(RetryPolicy.Lease);
        (await bench.Queue.ClaimAsync(1, CancellationToken.None)).ShouldHaveSingleItem().Attempts.ShouldBe(2);

        await bench.Queue.FailAsync(lost, "too late");

        (await bench.StateAsync(id)).ShouldBe(new OutboxState(2, null, false));
    }

    [Fact]
    public async Task A_living_holder_keeps_its_row()
    {
        await using var bench = await OutboxBench.SetUpAsync(cluster);
        await bench.EnqueueAsync();
        var held = (await bench.Queue.ClaimAsync(1, CancellationToken.None)).Select(r => r.Id).ToList();
        for (var i = 0; i < 5; i++)
        {
            await bench.PassAsync(RetryPolicy.Lease / 2);
            await bench.Queue.RenewAsync(held, CancellationToken.None);
            (await bench.WorkAsync()).ShouldBe(0);
        }
        await bench.PassAsync(RetryPolicy.Lease);
        (await bench.WorkAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Renewing_never_hastens_a_row_that_waits()
    {
        await using var bench = await OutboxBench.SetUpAsync(cluster);
        var id = await bench.EnqueueAsync();
        var row = (await bench.Queue.ClaimAsync(1, CancellationToken.None)).ShouldHaveSingleItem();
        await bench.Queue.FailAsync(row, "refused");
        bench.Sink.Act = (_, _) => throw new InvalidOperationException();
        for (var i = 0; i < 3; i++)
        {
            await bench.PassAsync(RetryPolicy.Delay(i + 1, 1));
            await bench.WorkAsync();
        }
        await bench.Queue.RenewAsync([row.Id], CancellationToken.None);
        await bench.PassAsync(RetryPolicy.Lease);
        (await bench.WorkAsync()).ShouldBe(0);
        (await bench.StateAsync(id))!.Attempts.ShouldBe(4);
    }

    [Fact]
    public async Task A_sink_that_does_not_end_is_ended()
    {
        await using var bench = await OutboxBench.SetUpAsync(cluster);
        var started = new TaskCompletionSource();
        bench.Sink.Act = async (_, ct) =>
        {
            started.SetResult();
            await new TaskCompletionSource().Task.WaitAsync(ct);
        };
        var id = await bench.EnqueueAsync();
        var work = bench.WorkAsync();
        await started.Task.WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);
        bench.Clock.Advance(RetryPolicy.Timeout);
        await work;
        (await bench.StateAsync(id)).ShouldBe(new OutboxState(1, "timed out", false));
    }

    [Fact]
    public async Task A_stop_gives_the_row_back_as_if_it_had_not_been_tried()
    {
        await using var bench = await OutboxBench.SetUpAsync(cluster);
        using var stopping = new CancellationTokenSource();
        bench.Sink.Act = async (_, ct) =>
        {
            await stopping.CancelAsync();
            ct.ThrowIfCancellationRequested();
        };
        var id = await bench.EnqueueAsync();
        await bench.WorkAsync(stopping.Token);
        (await bench.StateAsync(id)).ShouldBe(new OutboxState(0, null, false));
        bench.Sink.Act = (_, _) => Task.CompletedTask;
        (await bench.WorkAsync()).ShouldBe(1);
        (await bench.StateAsync(id)).ShouldBeNull();
    }

    [Fact]
    public async Task What_is_refused_for_good_is_given_up_at_once()
    {
        await using var bench = await OutboxBench.SetUpAsync(cluster);
        bench.Sink.Act = (_, _) => throw new UndeliverableException("SMTP 550 MailboxUnavailable");
        var id = await bench.EnqueueAsync();
        (await bench.WorkAsync()).ShouldBe(1);
        (await bench.StateAsync(id)).ShouldBe(new OutboxState(1, "SMTP 550 MailboxUnavailable", true));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_row_whose_time_a_clock_set_back_has_moved_away_is_brought_near_again(bool tried)
    {
        await using var bench = await OutboxBench.SetUpAsync(cluster);
        await bench.EnqueueAsync();
        if (tried) (await bench.Queue.ClaimAsync(1, CancellationToken.None)).Count.ShouldBe(1);
        await bench.PassAsync(TimeSpan.FromHours(-1));
        (await bench.WorkAsync()).ShouldBe(0);
        await bench.Queue.MendAsync(CancellationToken.None);
        await bench.PassAsync(RetryPolicy.Lease);
        (await bench.WorkAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_row_that_waits_its_time_is_not_brought_nearer()
    {
        await using var bench = await OutboxBench.SetUpAsync(cluster);
        bench.Sink.Act = (_, _) => throw new InvalidOperationException();
        await bench.EnqueueAsync();
        for (var attempt = 1; attempt < RetryPolicy.MaxAttempts; attempt++)
        {
            (await bench.WorkAsync()).ShouldBe(1);
            await bench.Queue.MendAsync(CancellationToken.None);
            await bench.PassAsync(RetryPolicy.Delay(attempt, 0) - TimeSpan.FromSeconds(1));
            (await bench.WorkAsync()).ShouldBe(0);
            await bench.PassAsync(RetryPolicy.Delay(attempt, 1));
        }
    }

    [Fact]
    public async Task A_sink_nobody_knows_is_told_as_such()
    {
        await using var bench = await OutboxBench.SetUpAsync(cluster);
        var id = await bench.EnqueueAsync("gone");
        await bench.WorkAsync();
        (await bench.StateAsync(id)).ShouldBe(new OutboxState(1, "no such sink", false));
    }
}
