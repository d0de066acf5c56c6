namespace Crm.Domain.Scoring;

/// <summary>What is known of a lead, by the names of its members: a number, or a word. What is absent is not known.</summary>
public sealed class Facts
{
    private readonly Dictionary<string, Fact> _byName = new(StringComparer.Ordinal);

    /// <summary>Every fact, by name.</summary>
    public IReadOnlyDictionary<string, Fact> ByName => _byName;

    /// <summary>What is known under the name; null when nothing is.</summary>
    public Fact? this[string name] => _byName.TryGetValue(name, out var fact) ? fact : null;

    /// <summary>Adds a number; one that is not finite is not known.</summary>
    public Facts Add(string name, double? number)
    {
        if (number is { } value && double.IsFinite(value)) _byName[name] = new Fact(value, null);
        return this;
    }

    /// <summary>Adds a word, such as a source or a choice; an empty one is not known.</summary>
    public Facts Add(string name, string? word)
    {
        if (!string.IsNullOrEmpty(word)) _byName[name] = new Fact(null, word);
        return this;
    }
}

/// <summary>One thing known: either a number or a word.</summary>
public readonly record struct Fact(double? Number, string? Word);

/// <summary>A lead of the past: what was known of it before it was decided, and how it ended.</summary>
/// <param name="Id">Decides, and nothing else does, whether it is learnt from or held out.</param>
/// <param name="Won">True when it was converted, false when it was lost.</param>
public sealed record PastLead(Guid Id, Facts Facts, bool Won);
