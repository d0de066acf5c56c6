namespace Crm.Domain.Documents.Templating;

/// <summary>A piece of a template.</summary>
internal abstract record Node(int Line);

/// <summary>Text as it is.</summary>
internal sealed record TextNode(int Line, string Text) : Node(Line);

/// <summary>A variable, escaped where it is written.</summary>
internal sealed record ValueNode(int Line, VariablePath Path) : Node(Line);

/// <summary>What a block does with its contents.</summary>
internal enum BlockKind { Each, If, Unless, With }

/// <summary>A block with its contents, and what stands after {{else}}.</summary>
internal sealed record BlockNode(int Line, BlockKind Kind, VariablePath Path, IReadOnlyList<Node> Body, IReadOnlyList<Node> Otherwise) : Node(Line);

/// <summary>The way to a value: so many contexts up, or from the root, then from member to member. A datum is @index, @first or @last.</summary>
internal sealed record VariablePath(string Text, int Up, bool FromRoot, string? Datum, IReadOnlyList<string> Members)
{
    /// <summary>Reads it as Handlebars writes it; null when it is none.</summary>
    public static VariablePath? Parse(string text)
    {
        if (text is "@index" or "@first" or "@last") return new VariablePath(text, 0, false, text, []);
        var (rest, up, root) = (text, 0, false);
        if (rest == "@root" || rest.StartsWith("@root.", StringComparison.Ordinal)) (rest, root) = (rest.Length > 6 ? rest[6..] : "", true);
        while (rest == ".." || rest.StartsWith("../", StringComparison.Ordinal)) (rest, up) = (rest.Length > 3 ? rest[3..] : "", up + 1);
        if (rest is "this" or ".") rest = "";
        else if (rest.StartsWith("this.", StringComparison.Ordinal) || rest.StartsWith("this/", StringComparison.Ordinal)) rest = rest[5..];
        else if (rest.StartsWith("./", StringComparison.Ordinal)) rest = rest[2..];
        if (rest.Length == 0) return text.Length == 0 ? null : new VariablePath(text, up, root, null, []);
        var members = rest.Split('.', '/');
        return members.All(IsName) ? new VariablePath(text, up, root, null, members) : null;
    }

    private static bool IsName(string name) => name.Length is > 0 and <= 100 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');
}
