using System.Text.RegularExpressions;

namespace Crm.Architecture.Tests;

/// <summary>A page of the documentation: its path below the root, and its text.</summary>
internal sealed record Page(string Path, string Text)
{
    public static IReadOnlyList<Page> All { get; } = [.. Directory.EnumerateFiles(Repository.Root, "*.md", SearchOption.TopDirectoryOnly)
        .Concat(Directory.EnumerateFiles(Repository.PathOf("docs"), "*.md", SearchOption.AllDirectories))
        .Select(file => new Page(System.IO.Path.GetRelativePath(Repository.Root, file), File.ReadAllText(file)))
        .OrderBy(page => page.Path, StringComparer.Ordinal)];
}

/// <summary>What a page may say about the tree, so that it stays true. Each rule names what is wrong.</summary>
internal static partial class PageRules
{
    private static readonly string[] Roots = ["src", "tests", "tools", "benchmarks", "deploy", "scripts", "docs"];
    private static readonly Lazy<HashSet<string>> Words = new(() => [.. Sources("*.cs").Concat(Sources("*.sql")).SelectMany(text => Word().Matches(text)).Select(m => m.Value)]);
    private static readonly Lazy<string> Code = new(() => string.Join('\n', Sources("*.cs", "src")));

    /// <summary>Relative links lead to a file, and to a heading of it if they name one.</summary>
    public static IEnumerable<string> Links(Page page)
    {
        foreach (Match link in Link().Matches(WithoutBlocks(page.Text)))
        {
            var (target, anchor) = (link.Groups["target"].Value, link.Groups["anchor"].Value);
            if (target.Contains("://", StringComparison.Ordinal) || target.StartsWith("mailto:", StringComparison.Ordinal)) continue;
            var file = Path.Combine(Path.GetDirectoryName(page.Path)!, target);
            if (target.Length > 0 && !Path.Exists(Repository.PathOf(file))) yield return $"{page.Path} links to {target}, which does not exist";
            else if (anchor.Length > 0 && !Headings(target.Length == 0 ? page.Text : File.ReadAllText(Repository.PathOf(file))).Contains(anchor))
                yield return $"{page.Path} links to {target}#{anchor}, which is no heading there";
        }
    }

    /// <summary>Paths in backticks that begin like one of the tree exist.</summary>
    public static IEnumerable<string> Paths(Page page) => Tick().Matches(WithoutBlocks(page.Text)).Select(m => m.Groups[1].Value)
        .Where(text => Roots.Any(root => text.StartsWith(root + "/", StringComparison.Ordinal)) && text.IndexOfAny([' ', '<', '*', '{', '…']) < 0)
        .Where(text => !Path.Exists(Repository.PathOf(text))).Select(text => $"{page.Path} names {text}, which does not exist");

    /// <summary>Names in backticks that look like a type, a member, or a table, a view or a constraint occur in the code.</summary>
    public static IEnumerable<string> Names(Page page) => Tick().Matches(WithoutBlocks(page.Text)).Select(m => m.Groups[1].Value)
        .SelectMany(text => Name().Matches(text)).Select(m => m.Value).Distinct()
        .Where(name => !Words.Value.Contains(name)).Select(name => $"{page.Path} speaks of {name}, which is nowhere in the code");

    /// <summary>A code block whose first line is a comment with a path quotes that file; a line "…" leaves something out.</summary>
    public static IEnumerable<string> Quotes(Page page)
    {
        foreach (Match block in Block().Matches(page.Text))
        {
            var lines = block.Groups["text"].Value.Split('\n');
            if (Source().Match(lines[0]) is not { Success: true } source) continue;
            var path = Repository.PathOf(source.Groups[1].Value);
            if (!File.Exists(path))
            {
                yield return $"{page.Path} quotes {source.Groups[1].Value}, which does not exist";
                continue;
            }
            var (text, from) = (Trimmed(File.ReadAllText(path)), 0);
            foreach (var part in Trimmed(string.Join('\n', lines[1..])).Split("\n…\n"))
            {
                var at = text.IndexOf(part.Trim('\n'), from, StringComparison.Ordinal);
                if (at < 0) yield return $"{page.Path} quotes what {source.Groups[1].Value} does not say: {part.Trim('\n').Split('\n')[0].Trim()}";
                else from = at + part.Length;
            }
        }
    }

    /// <summary>Settings named as environment variables are read by the code.</summary>
    public static IEnumerable<string> Settings(Page page) => Setting().Matches(page.Text).Select(m => m.Value).Distinct()
        .Where(setting => !IsRead(setting)).Select(setting => $"{page.Path} names the setting {setting}, which nothing reads");

    /// <summary>What the code reads from the configuration is on the page.</summary>
    public static IEnumerable<string> MissingSettings(Page page, string code) => Read().Matches(code)
        .Select(m => m.Groups["connection"].Success ? "ConnectionStrings__" + m.Groups["name"].Value : m.Groups["name"].Value.Replace(":", "__"))
        .Distinct().Where(name => !page.Text.Contains(name, StringComparison.Ordinal)).Select(name => $"{page.Path} does not mention {name}");

    public static IEnumerable<string> MissingSettings(Page page) => MissingSettings(page, Code.Value);

    private static bool IsRead(string setting)
    {
        var parts = setting.Split("__");
        return parts[0] is "ConnectionStrings" or "Logging"
            ? parts[0] == "Logging" || Code.Value.Contains($"GetConnectionString(\"{parts[1]}\")", StringComparison.Ordinal)
            : Code.Value.Contains($"\"{string.Join(':', parts)}\"", StringComparison.Ordinal)
                || parts.All(part => Code.Value.Contains($"\"{part}\"", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Sources(string pattern, params string[] roots) => (roots.Length > 0 ? roots : Roots)
        .Select(Repository.PathOf).Where(Directory.Exists).SelectMany(root => Directory.EnumerateFiles(root, pattern, SearchOption.AllDirectories))
        .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal)
            && !file.EndsWith("/DocsTests.cs", StringComparison.Ordinal)).Select(File.ReadAllText);

    private static IEnumerable<string> Headings(string text) => Heading().Matches(text)
        .Select(m => Unlinked().Replace(m.Groups[1].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    private static string WithoutBlocks(string text) => Block().Replace(text, "");

    private static string Trimmed(string text) => string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(line => line.Trim()));

    [GeneratedRegex(@"\]\((?<target>[^)#\s]*)(#(?<anchor>[^)\s]*))?\)")]
    private static partial Regex Link();

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex Tick();

    [GeneratedRegex(@"^```[^\n]*\n(?<text>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^(?://|--|#) ((?:[\w.-]+/)*[\w.-]+)$")]
    private static partial Regex Source();

    [GeneratedRegex(@"\bI?(?:[A-Z][a-z0-9]+){2,}\b|\b(?:crm|crm_read)\.\w+|\b(?:ux|ix|fk|ck|pk)_\w+\b")]
    private static partial Regex Name();

    [GeneratedRegex(@"\b(?:crm|crm_read)\.\w+|\w+")]
    private static partial Regex Word();

    [GeneratedRegex(@"\b[A-Z][A-Za-z]+(?:__[A-Z][A-Za-z]+)+\b")]
    private static partial Regex Setting();

    [GeneratedRegex("""
        (?:[cC]onfiguration\[|[cC]onfiguration\.GetValue(?:<\w+>)?\(|section\.GetValue\(|GetSection\(|\bList\(\w+\.Configuration,\ |smtp(?:\[|\.GetValue\()|registry(?:\[|\.GetValue\()|(?<connection>GetConnectionString)\()"(?<name>[\w:]+)"
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Read();

    [GeneratedRegex(@"^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Unlinked();
}
