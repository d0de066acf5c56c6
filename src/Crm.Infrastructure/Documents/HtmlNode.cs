namespace Crm.Infrastructure.Documents;

/// <summary>A piece of a document as it was let in: an element or text.</summary>
internal abstract class HtmlNode
{
    public HtmlElement? Parent { get; set; }
}

/// <summary>Text, its entities resolved.</summary>
internal sealed class HtmlText(string text) : HtmlNode
{
    public string Text { get; } = text;
}

/// <summary>An allowed element with its allowed attributes.</summary>
internal sealed class HtmlElement(string name) : HtmlNode
{
    private List<KeyValuePair<string, string>>? _attributes;
    private string[]? _classes;

    /// <summary>In lower case.</summary>
    public string Name { get; } = name;

    public List<HtmlNode> Children { get; } = [];

    public IReadOnlyList<KeyValuePair<string, string>> Attributes => _attributes ?? [];

    /// <summary>What the style attribute says.</summary>
    public IReadOnlyList<CssDeclaration> Style { get; set; } = [];

    /// <summary>The image that an img shows.</summary>
    public Application.Documents.DocumentImage? Image { get; set; }

    public IReadOnlyList<string> Classes => _classes ??= this["class"]?.Split([' ', '\t', '\n', '\r', '\f'], StringSplitOptions.RemoveEmptyEntries) ?? [];

    public string? this[string attribute]
    {
        get
        {
            foreach (var (name, value) in Attributes)
                if (name == attribute) return value;
            return null;
        }
    }

    public void Set(string attribute, string value) => (_attributes ??= []).Add(new(attribute, value));

    /// <summary>Its place among the elements of its parent, from 0.</summary>
    public int Index { get; private set; }

    /// <summary>The last of its children that is an element.</summary>
    public HtmlElement? LastElement { get; private set; }

    public void Add(HtmlNode child)
    {
        child.Parent = this;
        Children.Add(child);
        if (child is not HtmlElement element) return;
        element.Index = LastElement is null ? 0 : LastElement.Index + 1;
        LastElement = element;
    }

    /// <summary>Its children that are elements.</summary>
    public IEnumerable<HtmlElement> Elements => Children.OfType<HtmlElement>();
}
