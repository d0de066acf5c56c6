using System.Collections;
using System.Globalization;
using System.Text;
using Crm.Domain.Common;

namespace Crm.Domain.Documents.Templating;

/// <summary>
/// HTML with variables in the language of Handlebars: <c>{{name}}</c>, <c>{{customer.name}}</c>, <c>{{../name}}</c>, <c>{{@root.name}}</c>, <c>{{this}}</c>,
/// <c>{{@index}}</c>, <c>{{@first}}</c>, <c>{{@last}}</c>, the blocks each, if, unless and with, <c>{{else}}</c>, comments and <c>~</c>. There are no helpers, no parts
/// from elsewhere and no unescaped values: a template can do nothing but show what it is given.
/// </summary>
/// <remarks>Values are texts, <see langword="bool"/>, lists (<see cref="IEnumerable"/>) and objects (<see cref="IReadOnlyDictionary{TKey,TValue}"/> of text).</remarks>
public sealed class Template
{
    private readonly IReadOnlyList<Node> _nodes;

    private Template(IReadOnlyList<Node> nodes) => _nodes = nodes;

    /// <summary>Reads a template; <paramref name="member"/> is what errors name.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED with the line of the mistake.</exception>
    public static Template Parse(string source, string member) => new(new TemplateParser(source, member).Parse());

    /// <summary>Fills in the values. Escaped for HTML unless it is plain text.</summary>
    /// <exception cref="CrmException">TEMPLATE_LIMIT_REACHED: the budget is spent.</exception>
    public string Render(IReadOnlyDictionary<string, object?> model, TemplateBudget budget, bool asText = false)
    {
        var run = new Run(budget, asText);
        run.Write(_nodes, new Scope(model, null, 0, 1, null));
        return run.Text.ToString();
    }

    private sealed record Scope(object? Value, Scope? Outer, int Index, int Count, Scope? Base)
    {
        public Scope Root => Base ?? this;
    }

    private sealed class Run(TemplateBudget budget, bool asText)
    {
        public StringBuilder Text { get; } = new();

        public void Write(IReadOnlyList<Node> nodes, Scope scope)
        {
            foreach (var node in nodes)
            {
                budget.Step();
                switch (node)
                {
                    case TextNode text: Add(text.Text); break;
                    case ValueNode value: Add(Escaped(Shown(Find(value.Path, scope)))); break;
                    case BlockNode block: Write(block, scope); break;
                }
            }
        }

        private void Write(BlockNode block, Scope scope)
        {
            var value = Find(block.Path, scope);
            switch (block.Kind)
            {
                case BlockKind.If or BlockKind.Unless: Write(IsTrue(value) == (block.Kind == BlockKind.If) ? block.Body : block.Otherwise, scope); break;
                case BlockKind.With when IsTrue(value): Write(block.Body, new Scope(value, scope, 0, 1, scope.Root)); break;
                case BlockKind.Each when value is IReadOnlyList<object?> { Count: > 0 } items:
                    for (var i = 0; i < items.Count; i++)
                    {
                        // An empty body takes time, too.
                        budget.Step();
                        Write(block.Body, new Scope(items[i], scope, i, items.Count, scope.Root));
                    }
                    break;
                default: Write(block.Otherwise, scope); break;
            }
        }

        private object? Find(VariablePath path, Scope scope)
        {
            if (path.Datum is { } datum) return datum switch { "@index" => scope.Index.ToString(CultureInfo.InvariantCulture), "@first" => scope.Index == 0, _ => scope.Index == scope.Count - 1 };
            var from = path.FromRoot ? scope.Root : scope;
            for (var i = 0; i < path.Up && from is not null; i++) from = from.Outer;
            var value = from?.Value;
            foreach (var name in path.Members)
            {
                if (value is not IReadOnlyDictionary<string, object?> members || !members.TryGetValue(name, out value))
                {
                    budget.Miss(path.Text);
                    return null;
                }
            }
            return value;
        }

        private void Add(string text)
        {
            budget.Spend(text.Length);
            Text.Append(text);
        }

        private static bool IsTrue(object? value) => value switch { null or false or "" => false, IReadOnlyCollection<object?> many => many.Count > 0, _ => true };

        private static string Shown(object? value) => value switch { string text => text, true => "true", _ => "" };

        /// <summary>What HTML would take for its own, also in an attribute without quotes.</summary>
        private string Escaped(string text)
        {
            if (asText || text.AsSpan().IndexOfAny("&<>\"'`=") < 0) return text;
            var escaped = new StringBuilder(text.Length + 16);
            foreach (var c in text)
                _ = c switch
                {
                    '&' => escaped.Append("&amp;"), '<' => escaped.Append("&lt;"), '>' => escaped.Append("&gt;"), '"' => escaped.Append("&quot;"),
                    '\'' => escaped.Append("&#39;"), '`' => escaped.Append("&#96;"), '=' => escaped.Append("&#61;"), _ => escaped.Append(c),
                };
            return escaped.ToString();
        }
    }
}

/// <summary>
/// What making one document may take, whatever its template says: counted, not timed, so that the same template is refused on every machine and at every
/// hour. A document of 2,000 lines takes a tenth of it.
/// </summary>
public sealed class TemplateBudget
{
    /// <summary>The pieces of templates that may be written: text, variables, blocks, rounds of a block.</summary>
    public const int MaxSteps = 500_000;

    /// <summary>The characters that may be written.</summary>
    public const int MaxCharacters = 2_000_000;

    private readonly SortedSet<string> _missing = new(StringComparer.Ordinal);
    private int _steps;
    private int _characters;

    /// <summary>Variables that were named and are not there, in ordinal order; 20 at most.</summary>
    public IReadOnlyCollection<string> Missing => _missing;

    internal void Step()
    {
        if (++_steps > MaxSteps) throw DocumentTemplateErrors.LimitReached("its blocks go round too often");
    }

    internal void Spend(int characters)
    {
        if ((_characters += characters) > MaxCharacters) throw DocumentTemplateErrors.LimitReached($"it has more than {MaxCharacters} characters");
    }

    internal void Miss(string path)
    {
        if (_missing.Count < 20) _missing.Add(path);
    }
}
