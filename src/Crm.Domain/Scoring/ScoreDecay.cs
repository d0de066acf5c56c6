namespace Crm.Domain.Scoring;

/// <summary>How points grow old: half of them are left after each half-life.</summary>
public static class ScoreDecay
{
    /// <summary>points · 2^(−age / half-life), rounded to whole points, halves away from zero. Before its date (a negative age) nothing has grown old.</summary>
    /// <param name="points">The full points.</param>
    /// <param name="ageDays">Days since the date.</param>
    /// <param name="halfLifeDays">Days after which half is left; greater than 0.</param>
    public static int Of(int points, int ageDays, int halfLifeDays) =>
        (int)Math.Round(points * Math.Pow(2, -(double)Math.Max(ageDays, 0) / halfLifeDays), MidpointRounding.AwayFromZero);
}
