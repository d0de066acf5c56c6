using Crm.Domain.Documents;

namespace Crm.Infrastructure.Documents;

/// <summary>A property and its value, both allowed.</summary>
internal sealed record CssDeclaration(string Name, string Value);

/// <summary>Declarations and what they are for.</summary>
internal sealed record CssRule(IReadOnlyList<CssSelector> Selectors, IReadOnlyList<CssDeclaration> Declarations);

/// <summary>Reads CSS, keeping what is allowed and naming what is not. Whatever names a file, a host or another sheet is not.</summary>
internal static class CssReader
{
    private const int MaxRules = 500, MaxSelectors = 20, MaxFindings = 20;

    /// <summary>The rules in order, and what was left out.</summary>
    public static (IReadOnlyList<CssRule> Rules, IReadOnlyCollection<string> Refused) Read(string? css)
    {
        var (rules, refused) = (new List<CssRule>(), new SortedSet<string>(StringComparer.Ordinal));
        var text = WithoutComments(css ?? "");
        for (var at = 0; at < text.Length;)
        {
            var open = text.IndexOf('{', at);
            if (open < 0)
            {
                var rest = text[at..].Trim();
                if (rest.Length > 0) Refuse(refused, rest.StartsWith('@') ? $"{rest.Split(' ', ';', '\n')[0]} is not allowed" : $"\"{rest}\" is no rule");
                break;
            }
            var head = text[at..open].Trim();
            // A rule that has no block, such as @import, ends before the next one begins.
            if (head.StartsWith('@') && head.IndexOf(';', StringComparison.Ordinal) >= 0)
            {
                Refuse(refused, $"{head.Split(' ', ';', '\n')[0]} is not allowed");
                at = text.IndexOf(';', at) + 1;
                continue;
            }
            var close = Close(text, open);
            if (head.StartsWith('@')) Refuse(refused, $"{head.Split(' ', ';', '\n')[0]} is not allowed");
            else Take(rules, refused, head, text[(open + 1)..close]);
            if (rules.Count > MaxRules) throw DocumentTemplateErrors.LimitReached($"its CSS has more than {MaxRules} rules");
            at = close + 1;
        }
        return (rules, refused);
    }

    /// <summary>The declarations of a style attribute.</summary>
    public static (IReadOnlyList<CssDeclaration> Declarations, IReadOnlyCollection<string> Refused) Declarations(string text)
    {
        var (found, refused) = (new List<CssDeclaration>(), new SortedSet<string>(StringComparer.Ordinal));
        foreach (var part in WithoutComments(text).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var colon = part.IndexOf(':', StringComparison.Ordinal);
            var (name, value) = colon < 0 ? (part, "") : (part[..colon].Trim().ToLowerInvariant(), part[(colon + 1)..].Trim());
            if (CssProperties.Normalized(name, value) is { } allowed) found.Add(new CssDeclaration(name, allowed));
            else Refuse(refused, CssProperties.IsKnown(name) ? $"{name}: {value} is not allowed" : $"the property {name} is not allowed");
        }
        return (found, refused);
    }

    private static void Take(List<CssRule> rules, SortedSet<string> refused, string head, string body)
    {
        var selectors = new List<CssSelector>();
        foreach (var text in head.Split(',', MaxSelectors + 1, StringSplitOptions.TrimEntries))
        {
            if (selectors.Count < MaxSelectors && CssSelector.Parse(text) is { } selector) selectors.Add(selector);
            else Refuse(refused, $"the selector \"{text}\" is not allowed: use elements, classes, ids, :first-child, :last-child, :nth-child(odd) and (even)");
        }
        var (declarations, wrong) = Declarations(body);
        foreach (var what in wrong) Refuse(refused, what);
        if (selectors.Count > 0 && declarations.Count > 0) rules.Add(new CssRule(selectors, declarations));
    }

    /// <summary>Where the block ends that begins here.</summary>
    private static int Close(string text, int open)
    {
        var depth = 0;
        for (var i = open; i < text.Length; i++)
            if (text[i] == '{') depth++;
            else if (text[i] == '}' && --depth == 0) return i;
        return text.Length;
    }

    private static string WithoutComments(string text)
    {
        if (!text.Contains("/*", StringComparison.Ordinal)) return text;
        var kept = new System.Text.StringBuilder(text.Length);
        for (var at = 0; at < text.Length;)
        {
            var begin = text.IndexOf("/*", at, StringComparison.Ordinal);
            kept.Append(text, at, (begin < 0 ? text.Length : begin) - at).Append(' ');
            if (begin < 0) break;
            var end = text.IndexOf("*/", begin + 2, StringComparison.Ordinal);
            at = end < 0 ? text.Length : end + 2;
        }
        return kept.ToString();
    }

    private static void Refuse(SortedSet<string> refused, string what)
    {
        if (refused.Count < MaxFindings) refused.Add(what.Length <= 200 ? what : what[..200]);
    }
}
