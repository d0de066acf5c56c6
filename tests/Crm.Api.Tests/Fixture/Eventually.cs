namespace Crm.Api.Tests.Fixture;

/// <summary>Waits for what happens in its own time.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>Returns as soon as the condition holds; fails when it does not within the limit (three minutes unless said: the machine may be busy with other tests).</summary>
    public static async Task Async(Func<Task<bool>> holds, string otherwise, TimeSpan? within = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(within ?? Limit);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await holds())
            if (!await timer.WaitForNextTickAsync(limit.Token).AsTask().ContinueWith(t => t.IsCompletedSuccessfully, TaskScheduler.Default)) throw new ShouldAssertException(otherwise);
    }
}
