namespace Crm.Infrastructure.Documents;

/// <summary>Which elements a rule is for: steps from the outside in, each with what it asks of an element.</summary>
internal sealed class CssSelector
{
    private const int MaxSteps = 6;
    private readonly IReadOnlyList<Step> _steps;

    private CssSelector(IReadOnlyList<Step> steps, string text)
    {
        (_steps, Text) = (steps, text);
        Specificity = steps.Sum(s => s.Parts.Sum(p => p.Kind switch { '#' => 10_000, '.' or ':' => 100, _ => p.Name == "*" ? 0 : 1 }));
    }

    /// <summary>As it is written.</summary>
    public string Text { get; }

    /// <summary>How particular it is: ids, then classes, then elements (CSS 2.2 §6.4.3).</summary>
    public int Specificity { get; }

    /// <summary>Reads one; null when it is none that is allowed.</summary>
    public static CssSelector? Parse(string text)
    {
        var steps = new List<Step>();
        var isChild = false;
        foreach (var word in text.Replace(">", " > ", StringComparison.Ordinal).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (word == ">")
            {
                if (steps.Count == 0 || isChild) return null;
                isChild = true;
                continue;
            }
            if (steps.Count == MaxSteps || Parts(word) is not { } parts) return null;
            steps.Add(new Step(parts, isChild));
            isChild = false;
        }
        return steps.Count == 0 || isChild ? null : new CssSelector(steps, string.Join(' ', steps.Select((s, i) => (s.IsChild ? "> " : "") + string.Concat(s.Parts.Select(p => p.Kind == 'e' ? p.Name : p.Kind + p.Name)))));
    }

    /// <summary>Whether the element is one of them.</summary>
    public bool Matches(HtmlElement element) => Matches(element, _steps.Count - 1);

    private bool Matches(HtmlElement element, int step)
    {
        if (!_steps[step].Parts.All(p => Meets(element, p))) return false;
        if (step == 0) return true;
        if (_steps[step].IsChild) return element.Parent is { } parent && Matches(parent, step - 1);
        // Depth and steps are few: at most 64 and 6.
        for (var outer = element.Parent; outer is not null; outer = outer.Parent)
            if (Matches(outer, step - 1)) return true;
        return false;
    }

    private static bool Meets(HtmlElement element, Part part) => part.Kind switch
    {
        'e' => part.Name == "*" || element.Name == part.Name,
        '.' => element.Classes.Contains(part.Name),
        '#' => element["id"] == part.Name,
        _ => element.Parent is { } parent && IsAt(part.Name, element, parent),
    };

    private static bool IsAt(string place, HtmlElement element, HtmlElement parent) => place switch
    {
        "first-child" => element.Index == 0,
        "last-child" => parent.LastElement == element,
        "nth-child(odd)" => element.Index % 2 == 0,
        _ => element.Index % 2 == 1,
    };

    private static List<Part>? Parts(string word)
    {
        var parts = new List<Part>();
        for (var at = 0; at < word.Length;)
        {
            var kind = word[at] is '.' or '#' or ':' ? word[at++] : 'e';
            var start = at;
            while (at < word.Length && (char.IsAsciiLetterOrDigit(word[at]) || word[at] is '-' or '_' || kind == 'e' && word[at] == '*' || kind == ':' && word[at] is '(' or ')')) at++;
            var name = word[start..at];
            if (name.Length == 0 || kind == 'e' && (start > 0 || name.Contains('*') && name != "*") || kind == ':' && name is not ("first-child" or "last-child" or "nth-child(odd)" or "nth-child(even)")) return null;
            parts.Add(new Part(kind, kind == 'e' ? name.ToLowerInvariant() : name));
        }
        return parts;
    }

    private sealed record Step(IReadOnlyList<Part> Parts, bool IsChild);

    private sealed record Part(char Kind, string Name);
}
