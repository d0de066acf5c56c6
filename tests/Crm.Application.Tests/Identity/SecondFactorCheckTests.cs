using Crm.Application.Identity;
using Crm.Domain.Common;
using NSubstitute;

namespace Crm.Application.Tests.Identity;

public sealed class SecondFactorCheckTests
{
    private static readonly Guid User = Guid.NewGuid();
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_234_567_890);
    private static readonly byte[] Secret = Totp.NewSecret();
    private readonly ISecondFactors _factors = Substitute.For<ISecondFactors>();
    private readonly ISecondFactorThrottle _throttle = Substitute.For<ISecondFactorThrottle>();
    private readonly TimeProvider _clock = Substitute.For<TimeProvider>();

    public SecondFactorCheckTests()
    {
        _clock.GetUtcNow().Returns(Now);
        _factors.FindAsync(User, default).Returns(new SecondFactor(Secret, Now, 10));
    }

    [Fact]
    public async Task A_right_code_is_spent_and_forgives_earlier_failures()
    {
        _factors.SpendAsync(User, Totp.StepOf(Now), default).Returns(true);
        (await CheckAsync(Totp.Code(Secret, Totp.StepOf(Now)))).ShouldBeTrue();
        await _throttle.Received(1).SucceededAsync(User, default);
    }

    [Fact]
    public async Task One_that_was_spent_is_a_failure_like_a_wrong_one()
    {
        (await CheckAsync(Totp.Code(Secret, Totp.StepOf(Now)))).ShouldBeFalse();
        (await CheckAsync("000")).ShouldBeFalse();
        await _throttle.Received(2).FailedAsync(User, default);
    }

    [Fact]
    public async Task What_is_not_confirmed_or_cannot_be_read_passes_nobody()
    {
        foreach (var factor in new[] { new SecondFactor(Secret, null, 0), new SecondFactor(null, Now, 10), null })
        {
            _factors.FindAsync(User, default).Returns(factor);
            (await CheckAsync(Totp.Code(Secret, Totp.StepOf(Now)))).ShouldBeFalse();
        }
        await _factors.DidNotReceiveWithAnyArgs().SpendAsync(default, default, default);
    }

    [Fact]
    public async Task Who_is_shut_out_is_not_even_compared()
    {
        _throttle.EnsureOpenAsync(User, default).Returns(Task.FromException(new CrmException(ErrorKind.RateLimited, "RATE_LIMITED", "Later.")));
        (await Should.ThrowAsync<CrmException>(() => CheckAsync("123456"))).Code.ShouldBe("RATE_LIMITED");
        await _factors.DidNotReceiveWithAnyArgs().FindAsync(default, default);
    }

    [Fact]
    public async Task A_recovery_code_does_without_the_authenticator()
    {
        _factors.SpendRecoveryCodeAsync(User, "k3x9-7bqf-m2ht-w5ra", default).Returns(true);
        (await CheckAsync(null, "k3x9-7bqf-m2ht-w5ra")).ShouldBeTrue();
        (await CheckAsync(null, "another")).ShouldBeFalse();
        (await CheckAsync(null)).ShouldBeFalse();
    }

    private Task<bool> CheckAsync(string? code, string? recoveryCode = null) => new SecondFactorCheck(_factors, _throttle, _clock).PassesAsync(User, code, recoveryCode, default);
}
