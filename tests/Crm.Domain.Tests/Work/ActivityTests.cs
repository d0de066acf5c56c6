using Crm.Domain.Common;
using Crm.Domain.Work;

namespace Crm.Domain.Tests.Work;

public sealed class ActivityTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 9, 30, 0, TimeSpan.Zero);

    [Fact]
    public void An_activity_happened_when_it_was_logged_unless_stated()
    {
        Log().Details.OccurredAt.ShouldBe(Now);
        Log(Now.AddDays(-3)).Details.OccurredAt.ShouldBe(Now.AddDays(-3));
    }

    [Fact]
    public void Its_owner_is_who_logged_it()
    {
        var (activity, ada) = (Log(), Guid.NewGuid());
        activity.Stamp(ada, null, Now);
        activity.OwnerId.ShouldBe(ada);
    }

    [Fact]
    public void Without_a_time_a_change_goes_back_to_when_it_was_logged()
    {
        var activity = Log(Now.AddDays(-3));
        activity.Stamp(null, null, Now.AddSeconds(1));
        activity.Revise(activity.Details with { OccurredAt = null });
        activity.Details.OccurredAt.ShouldBe(Now.AddSeconds(1));
    }

    [Fact]
    public void No_subject_and_a_negative_duration_are_refused()
    {
        var activity = Log();
        Should.Throw<CrmException>(() => activity.Revise(activity.Details with { Subject = "" })).Errors!.Keys.ShouldContain("subject");
        Should.Throw<CrmException>(() => activity.Revise(activity.Details with { DurationMinutes = -1 })).Errors!.Keys.ShouldContain("durationMinutes");
    }

    private static Activity Log(DateTimeOffset? at = null) =>
        Activity.Log(Guid.NewGuid(), new ActivityDetails { Type = ActivityType.Call, Subject = "First call", OccurredAt = at }, Now);
}
