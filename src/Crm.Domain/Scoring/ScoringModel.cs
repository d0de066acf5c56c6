namespace Crm.Domain.Scoring;

/// <summary>
/// A logistic regression: the probability that a lead is converted is 1 / (1 + e^−z), where z is the intercept and what each feature adds to it
/// (log-odds).
/// </summary>
/// <param name="Intercept">Log-odds of a lead of which every feature adds nothing.</param>
/// <param name="Features">By the name of the member.</param>
public sealed record ScoringModel(double Intercept, IReadOnlyList<ModelFeature> Features)
{
    /// <summary>The probability, 0–1.</summary>
    public double Probability(Facts facts) => Logistic(Intercept + Features.Sum(f => f.LogOdds(facts)));

    /// <summary>What each feature adds for this lead compared with the average lead, the strongest first.</summary>
    public IReadOnlyList<ScoreFactor> Explain(Facts facts) =>
        [.. Features.Select(f => new ScoreFactor(f.Name, facts[f.Name] is { } fact ? fact.Word ?? (object?)fact.Number : null, f.LogOdds(facts) - f.Average))
            .OrderByDescending(f => Math.Abs(f.LogOdds)).ThenBy(f => f.Feature, StringComparer.Ordinal)];

    /// <summary>1 / (1 + e^−z).</summary>
    public static double Logistic(double z) => 1 / (1 + Math.Exp(-z));
}

/// <summary>One feature of a model.</summary>
/// <param name="Name">The member it is taken from.</param>
/// <param name="Number">How a number counts; null for words.</param>
/// <param name="Words">What each word adds, in log-odds; a word that is not among them adds <see cref="Other"/>.</param>
/// <param name="Other">What a rare or unknown word adds.</param>
/// <param name="Missing">What it adds that nothing is known.</param>
/// <param name="Average">What it added on average where the model was fitted.</param>
public sealed record ModelFeature(string Name, NumberTerm? Number, IReadOnlyDictionary<string, double> Words, double Other, double Missing, double Average)
{
    /// <summary>What it adds for this lead, in log-odds.</summary>
    public double LogOdds(Facts facts) => facts[Name] switch
    {
        { Number: { } number } when Number is not null => Number.Weight * Number.Scaled(number),
        { Word: { } word } when Number is null => Words.GetValueOrDefault(word, Other),
        _ => Missing,
    };
}

/// <summary>How a number counts: capped, then on a logarithmic scale, then compared with its mean in standard deviations.</summary>
/// <param name="Weight">Log-odds a standard deviation.</param>
/// <param name="Low">What is less counts as this.</param>
/// <param name="High">What is more counts as this: the 99th percentile of what the model was fitted on.</param>
/// <param name="Mean">The mean on the logarithmic scale.</param>
/// <param name="Deviation">The standard deviation there; greater than 0.</param>
public sealed record NumberTerm(double Weight, double Low, double High, double Mean, double Deviation)
{
    /// <summary>The number as the model counts it.</summary>
    public double Scaled(double number) => (OnScale(Math.Clamp(number, Low, High)) - Mean) / Deviation;

    /// <summary>sign(x) · ln(1 + |x|): close to x near 0, and slow far from it.</summary>
    public static double OnScale(double number) => Math.Sign(number) * Math.Log(1 + Math.Abs(number));
}

/// <summary>What one feature does to a score.</summary>
/// <param name="Feature">The member.</param>
/// <param name="Value">What is known of it: a number, a word, or null.</param>
/// <param name="LogOdds">What it adds to the log-odds compared with the average lead; above 0 it speaks for the lead.</param>
public sealed record ScoreFactor(string Feature, object? Value, double LogOdds);
