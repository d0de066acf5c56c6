using Crm.Domain.Common;
using Crm.Domain.Scoring;

namespace Crm.Domain.Tests.Scoring;

public sealed class LeadScoringRuleTests
{
    [Theory]
    [InlineData(40, 0, 10, 40)]
    [InlineData(40, 10, 10, 20)]
    [InlineData(40, 20, 10, 10)]
    [InlineData(40, 5, 10, 28)]
    [InlineData(5, 10, 10, 3)]
    [InlineData(-5, 10, 10, -3)]
    [InlineData(40, -7, 10, 40)]
    [InlineData(1, 30, 10, 0)]
    [InlineData(100, 3_650_000, 1, 0)]
    [InlineData(-100, int.MaxValue, 3_650, 0)]
    [InlineData(0, 1, 1, 0)]
    public void Half_the_points_are_left_after_each_half_life(int points, int ageDays, int halfLifeDays, int left) => ScoreDecay.Of(points, ageDays, halfLifeDays).ShouldBe(left);

    [Fact]
    public void Points_never_grow_never_change_their_sign_and_are_mirrored_below_zero()
    {
        var random = new Random(7);
        for (var i = 0; i < 2_000; i++)
        {
            var (points, age, halfLife) = (random.Next(0, 101), random.Next(-10, 5_000), random.Next(1, 3_651));
            var left = ScoreDecay.Of(points, age, halfLife);
            left.ShouldBeInRange(0, points);
            ScoreDecay.Of(points, age + 1, halfLife).ShouldBeLessThanOrEqualTo(left);
            ScoreDecay.Of(-points, age, halfLife).ShouldBe(-left);
        }
    }

    [Fact]
    public void It_has_a_name_points_within_a_hundred_and_a_half_life_with_its_date_or_neither()
    {
        LeadScoringRule.Define(Guid.CreateVersion7(), Details()).DrainEvents().ShouldHaveSingleItem().ShouldBeOfType<Created<LeadScoringRule>>();
        Refused(Details() with { Name = "" }).ShouldBe("name");
        foreach (var points in new int?[] { null, 101, -101, int.MinValue }) Refused(Details() with { Points = points }).ShouldBe("points");
        foreach (var days in new[] { 0, -1, 3_651 }) Refused(Details() with { DecayFrom = "createdAt", HalfLifeDays = days }).ShouldBe("halfLifeDays");
        Refused(Details() with { DecayFrom = "createdAt" }).ShouldBe("halfLifeDays");
        Refused(Details() with { HalfLifeDays = 1 }).ShouldBe("decayFrom");
    }

    private static string Refused(LeadScoringRuleDetails details) => Should.Throw<CrmException>(() => LeadScoringRule.Define(Guid.CreateVersion7(), details)).Errors!.Keys.ShouldHaveSingleItem();

    private static LeadScoringRuleDetails Details() => new() { Name = "Rule", Points = 10 };
}
