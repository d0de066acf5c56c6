namespace Crm.Api.Operations;

/// <summary>
/// How the service stops. It says first that it is not ready and goes on serving for <c>Shutdown:Drain</c>, so that a load balancer can
/// turn away; then it takes no more requests, and what is being served has <c>Shutdown:Timeout</c> to finish. Writes that would not are
/// called off a little sooner: rolled back, and their callers told so, instead of a cut connection that leaves the outcome open.
/// </summary>
internal sealed class Stopping : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan LongestMargin = TimeSpan.FromSeconds(2);
    private readonly CancellationTokenSource _late;
    private readonly TimeProvider _clock;
    private readonly (TimeSpan Drain, TimeSpan Timeout) _times;

    public Stopping(IConfiguration configuration, TimeProvider clock)
    {
        (_times, _clock) = (Times(configuration), clock);
        _late = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
    }

    /// <summary>Ends when a write that has not finished by now is called off.</summary>
    public CancellationToken TooLate => _late.Token;

    /// <summary>How long the host may take altogether.</summary>
    public static TimeSpan Longest(IConfiguration configuration) => Times(configuration) is var (drain, timeout) ? drain + timeout : default;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(_times.Drain, _clock, cancellationToken);
        var margin = _times.Timeout / 4;
        _late.CancelAfter(_times.Timeout - (margin < LongestMargin ? margin : LongestMargin));
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _late.Dispose();

    private static (TimeSpan Drain, TimeSpan Timeout) Times(IConfiguration configuration) =>
        (configuration.GetValue("Shutdown:Drain", TimeSpan.Zero), configuration.GetValue("Shutdown:Timeout", TimeSpan.FromSeconds(25)));
}
