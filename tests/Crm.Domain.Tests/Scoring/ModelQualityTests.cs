using Crm.Domain.Scoring;

namespace Crm.Domain.Tests.Scoring;

public sealed class ModelQualityTests
{
    [Fact]
    public void The_area_under_the_curve_is_how_often_a_converted_lead_stands_above_a_lost_one()
    {
        Of((0.9, true), (0.8, true), (0.2, false), (0.1, false)).Auc.ShouldBe(1);
        Of((0.1, true), (0.9, false)).Auc.ShouldBe(0);
        Of((0.5, true), (0.5, false), (0.5, false)).Auc.ShouldBe(0.5);
        // Six pairs: four right, one tie, one wrong.
        Of((0.9, true), (0.4, true), (0.4, false), (0.1, false), (0.6, false)).Auc.ShouldBe(4.5 / 6, 1e-12);
    }

    [Fact]
    public void The_Brier_score_is_the_mean_squared_miss() => Of((1, true), (0.5, false), (0.5, true), (0, false)).BrierScore.ShouldBe(0.125, 1e-12);

    [Fact]
    public void Calibration_compares_what_was_said_with_what_happened_bin_by_bin()
    {
        // Of a hundred leads at 0.2 twenty convert, and of a hundred at 0.8 sixty.
        var quality = Of([.. Enumerable.Range(0, 100).Select(i => (0.2, i % 5 == 0)), .. Enumerable.Range(0, 100).Select(i => (0.8, i % 5 < 3))]);
        quality.Calibration.Sum(b => b.Leads).ShouldBe(200);
        quality.CalibrationError.ShouldBe(0.1, 1e-9);
    }

    [Fact]
    public void Without_both_outcomes_there_is_nothing_to_judge()
    {
        ModelQuality.Of([]).ShouldBeNull();
        ModelQuality.Of([(0.5, true)]).ShouldBeNull();
    }

    [Fact]
    public void The_same_three_in_ten_are_always_held_out()
    {
        var ids = Enumerable.Range(0, 10_000).Select(i => new Guid(i, 1, 2, [3, 4, 5, 6, 7, 8, 9, 10])).ToList();
        (ids.Count(HoldOut.Has) / 10_000.0).ShouldBeInRange(0.28, 0.32);
        HoldOut.Has(ids[5]).ShouldBe(HoldOut.Has(ids[5]));
    }

    private static ModelQuality Of(params (double, bool)[] predictions) => ModelQuality.Of(predictions)!;
}
