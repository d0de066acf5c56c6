using Crm.Domain.Common;

namespace Crm.Domain.Documents.Templating;

/// <summary>Reads a template into its pieces, once and from left to right.</summary>
internal sealed class TemplateParser(string source, string member)
{
    private const int MaxDepth = 32;
    private int _at;
    private int _line = 1;
    private bool _trim;

    public IReadOnlyList<Node> Parse()
    {
        var (nodes, end) = Sequence(0, null);
        return end is null ? nodes : throw Fault($"{{{{{end}}}}} closes no block");
    }

    /// <summary>The pieces up to {{else}}, {{/…}} or the end; which of them it was.</summary>
    private (List<Node> Nodes, string? End) Sequence(int depth, string? block)
    {
        if (depth > MaxDepth) throw Fault($"blocks are nested deeper than {MaxDepth}");
        var nodes = new List<Node>();
        while (_at < source.Length)
        {
            var open = source.IndexOf("{{", _at, StringComparison.Ordinal);
            AddText(nodes, open < 0 ? source.Length : open);
            if (open < 0) break;
            var line = _line;
            if (Tag(nodes) is not { } tag) continue;
            switch (tag)
            {
                case ['#', ..]: nodes.Add(Block(tag[1..].Trim(), line, depth, null)); break;
                case ['/', ..] or "else" or "^": return (nodes, tag);
                case ['e', 'l', 's', 'e', ' ', ..]: return (nodes, tag);
                default: nodes.Add(new ValueNode(line, Path(tag))); break;
            }
        }
        return block is null ? (nodes, null) : throw Fault($"{{{{#{block}}}}} is not closed");
    }

    /// <summary>A block after its head; <paramref name="closes"/> is what ends it where that is another one's end, as after {{else if}}.</summary>
    private BlockNode Block(string head, int line, int depth, string? closes)
    {
        var (name, argument) = head.IndexOfAny([' ', '\t', '\n', '\r']) is var space and > 0 ? (head[..space], head[space..].Trim()) : (head, "");
        BlockKind kind = name switch
        {
            "each" => BlockKind.Each,
            "if" => BlockKind.If,
            "unless" => BlockKind.Unless,
            "with" => BlockKind.With,
            _ => throw Fault($"there is no block {{{{#{name}}}}}: use each, if, unless or with"),
        };
        var path = Path(argument);
        closes ??= name;
        var (body, end) = Sequence(depth + 1, closes);
        IReadOnlyList<Node> otherwise = [];
        if (end is "else" or "^") (otherwise, end) = Sequence(depth + 1, closes);
        else if (end!.StartsWith("else ", StringComparison.Ordinal)) (otherwise, end) = ([Block(end[5..].Trim(), _line, depth + 1, closes)], "/" + closes);
        return end == "/" + closes ? new BlockNode(line, kind, path, body, otherwise) : throw Fault($"{{{{{end}}}}} stands where {{{{/{closes}}}}} should");
    }

    private VariablePath Path(string text) => VariablePath.Parse(text) ?? throw Fault(text.Length == 0 ? "a variable is missing" : $"\"{Shown(text)}\" is no variable");

    /// <summary>What stands between the braces; null for a comment.</summary>
    private string? Tag(List<Node> nodes)
    {
        var start = _at + 2;
        if (start < source.Length && source[start] == '{' || start < source.Length && source[start] == '&') throw Fault("values are always escaped: write {{name}}");
        var trimBefore = start < source.Length && source[start] == '~';
        if (trimBefore) start++;
        var isLong = source.AsSpan(start).StartsWith("!--");
        var close = source.IndexOf(isLong ? "--" : "}}", start + (isLong ? 3 : 0), StringComparison.Ordinal);
        if (close >= 0 && isLong) close = source.IndexOf("}}", close, StringComparison.Ordinal);
        if (close < 0) throw Fault("{{ is not closed");
        var inside = source[start..close];
        if (trimBefore && nodes is [.., TextNode last]) nodes[^1] = last with { Text = last.Text.TrimEnd() };
        _trim = inside.EndsWith('~');
        _line += source.AsSpan(_at, close - _at).Count('\n');
        _at = close + 2;
        inside = inside.TrimEnd('~').Trim();
        return inside.StartsWith('!') ? null : inside switch
        {
            ['>', ..] => throw Fault("a template has no parts in other places: {{> }} is not allowed"),
            ['/', .. var name] => "/" + name.Trim(),
            _ => inside,
        };
    }

    private void AddText(List<Node> nodes, int end)
    {
        var text = source[_at..end];
        if (_trim) text = text.TrimStart();
        if (text.Length > 0) nodes.Add(new TextNode(_line, text));
        (_at, _trim) = (end, false);
        _line += text.Length == 0 ? 0 : text.AsSpan().Count('\n');
    }

    private CrmException Fault(string what) => CrmException.Validation(member, $"line {_line}: {what}");

    private static string Shown(string text) => text.Length <= 50 ? text : text[..50] + "…";
}
