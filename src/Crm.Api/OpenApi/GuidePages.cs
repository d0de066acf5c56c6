using System.Collections.Frozen;
using Crm.Api.Http;
using Markdig;
using Markdig.Extensions.AutoIdentifiers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Crm.Api.OpenApi;

/// <summary>The guides of docs/api as pages, so that whoever has only the service's address can read how things go together.</summary>
internal static class GuidePages
{
    /// <summary>The page that lists them.</summary>
    public const string Path = "/docs/guides";

    private const string Resource = "guides.", Overview = "README", Ending = ".md";

    private static readonly MarkdownPipeline Markdown = new MarkdownPipelineBuilder().UsePipeTables().UseAutoIdentifiers(AutoIdentifierOptions.GitHub).DisableHtml().Build();

    private static readonly Lazy<FrozenDictionary<string, StaticContent>> ByPath = new(() =>
    {
        var names = typeof(GuidePages).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Resource, StringComparison.Ordinal)).Select(name => name[Resource.Length..]).ToHashSet();
        return names.Select(name => KeyValuePair.Create(PathOf(name), Page(name, names))).ToFrozenDictionary();
    });

    /// <summary>The page at this path, or null.</summary>
    public static StaticContent? Find(PathString path) => ByPath.Value.GetValueOrDefault(path.Value!);

    private static string PathOf(string name) => name == Overview ? Path : $"{Path}/{name}";

    private static StaticContent Page(string name, IReadOnlySet<string> names)
    {
        var document = Markdig.Markdown.Parse(Read(name), Markdown);
        foreach (var link in document.Descendants<LinkInline>().ToList()) Lead(link, names);
        var title = document.Descendants<HeadingBlock>().First().Inline!.FirstChild!.ToString()!;
        var more = name == Overview ? "" : $"""<a href="{Path}">All guides</a> · """;
        return DocPages.Html(title, $"""{document.ToHtml(Markdown)}<p>{more}<a href="{ErrorCodes.Pages}">Errors</a> · <a href="/docs/index.html">Reference</a></p>""");
    }

    /// <summary>Leads a link to the page that shows what it names here. What lies outside of the guides is in the repository only, and is named without a link.</summary>
    private static void Lead(LinkInline link, IReadOnlySet<string> names)
    {
        var (file, anchor) = link.Url!.Split('#', 2) is [var before, var after] ? (before, "#" + after) : (link.Url, "");
        if (file == "" || Uri.IsWellFormedUriString(file, UriKind.Absolute)) return;
        if (file.EndsWith(Ending, StringComparison.Ordinal) && names.Contains(file[..^Ending.Length])) link.Url = PathOf(file[..^Ending.Length]) + anchor;
        else link.ReplaceBy(new ContainerInline(), copyChildren: true);
    }

    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(GuidePages).Assembly.GetManifestResourceStream(Resource + name)!);
        return reader.ReadToEnd();
    }
}
