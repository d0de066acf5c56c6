using System.Net;
using Crm.Domain.Documents;

namespace Crm.Infrastructure.Documents;

/// <summary>
/// Reads HTML into a tree of what is allowed, in one pass and with limits: each character is looked at a few times at most, whatever the HTML
/// is. What it leaves out it names. It is no browser: markup that HTML would mend in strange ways is mended in simple ones.
/// </summary>
internal sealed class HtmlReader
{
    /// <summary>The most elements of one document.</summary>
    public const int MaxElements = 50_000;

    private const int MaxDepth = 64, MaxAttributes = 30, MaxFindings = 20;
    private readonly string _html;
    private readonly HtmlElement _root = new("body");
    private readonly List<HtmlElement> _open;
    private readonly SortedSet<string> _refused = new(StringComparer.Ordinal);
    private int _at;
    private int _elements;

    private HtmlReader(string html) => (_html, _open) = (html, [_root]);

    /// <summary>The tree below a root of its own, and what was left out.</summary>
    public static (HtmlElement Root, IReadOnlyCollection<string> Refused) Read(string? html)
    {
        var reader = new HtmlReader(html ?? "");
        reader.Run();
        return (reader._root, reader._refused);
    }

    private void Run()
    {
        while (_at < _html.Length)
        {
            var next = _html.IndexOf('<', _at);
            var end = next < 0 ? _html.Length : next;
            if (end > _at) AddText(_html[_at..end]);
            _at = end;
            if (next >= 0) Markup();
        }
    }

    private void Markup()
    {
        var after = _at + 1 < _html.Length ? _html[_at + 1] : '\0';
        if (after == '!' || after == '?') Skip();
        else if (after == '/' && _at + 2 < _html.Length && char.IsAsciiLetter(_html[_at + 2])) EndTag();
        else if (after == '/') Skip();
        else if (char.IsAsciiLetter(after)) StartTag();
        else
        {
            AddText("<");
            _at++;
        }
    }

    /// <summary>A comment, a doctype and the like.</summary>
    private void Skip()
    {
        var isComment = _html.AsSpan(_at).StartsWith("<!--");
        var end = _html.IndexOf(isComment ? "-->" : ">", _at + (isComment ? 4 : 2), StringComparison.Ordinal);
        _at = end < 0 ? _html.Length : end + (isComment ? 3 : 1);
    }

    private void EndTag()
    {
        _at += 2;
        var name = Name();
        var end = _html.IndexOf('>', _at);
        _at = end < 0 ? _html.Length : end + 1;
        for (var i = _open.Count - 1; i > 0; i--)
        {
            if (_open[i].Name == name)
            {
                _open.RemoveRange(i, _open.Count - i);
                return;
            }
            // What is open in a cell is not closed from within the cell's table.
            if (_open[i].Name is "td" or "th" && !(name is "tr" or "tbody" or "thead" or "tfoot" or "table")) return;
        }
    }

    private void StartTag()
    {
        _at++;
        var name = Name();
        var isAllowed = HtmlRules.Elements.Contains(name);
        var element = new HtmlElement(name);
        var selfClosed = Attributes(element, isAllowed);
        if (!isAllowed)
        {
            Refuse($"the element {name} is not allowed");
            if (HtmlRules.Raw.Contains(name) && !selfClosed) SkipContent(name);
            return;
        }
        if (++_elements > MaxElements) throw DocumentTemplateErrors.LimitReached($"it has more than {MaxElements} elements");
        Close(name);
        _open[^1].Add(element);
        if (HtmlRules.Void.Contains(name)) return;
        if (_open.Count > MaxDepth) throw DocumentTemplateErrors.LimitReached($"its elements are nested deeper than {MaxDepth}");
        _open.Add(element);
    }

    /// <summary>Closes what the element ends by beginning, within the nearest table, cell or list.</summary>
    private void Close(string begins)
    {
        for (var i = _open.Count - 1; i > 0; i--)
        {
            if (HtmlRules.Closes(begins, _open[i].Name))
            {
                _open.RemoveRange(i, _open.Count - i);
                // A row ends its cells, a body its rows.
                i = _open.Count;
            }
            else if (HtmlRules.Bounds(_open[i].Name) && !(begins is "tr" or "td" or "th" or "tbody" or "thead" or "tfoot" && _open[i].Name is "td" or "th")) return;
        }
    }

    /// <summary>Up to the end of the tag; true when it closes itself.</summary>
    private bool Attributes(HtmlElement element, bool isAllowed)
    {
        for (var count = 0; ;)
        {
            while (_at < _html.Length && (char.IsWhiteSpace(_html[_at]) || _html[_at] == '/')) _at++;
            if (_at >= _html.Length) return false;
            if (_html[_at] == '>') return _html[_at++ - 1] == '/';
            var start = _at++;
            while (_at < _html.Length && _html[_at] is not ('=' or '>' or '/') && !char.IsWhiteSpace(_html[_at])) _at++;
            var name = _html[start.._at].ToLowerInvariant();
            var value = Value();
            if (!isAllowed) continue;
            if (++count > MaxAttributes) Refuse($"{element.Name} has more than {MaxAttributes} attributes");
            else Take(element, name, value);
        }
    }

    private string Value()
    {
        var at = _at;
        while (at < _html.Length && char.IsWhiteSpace(_html[at])) at++;
        if (at >= _html.Length || _html[at] != '=') return "";
        at++;
        while (at < _html.Length && char.IsWhiteSpace(_html[at])) at++;
        if (at >= _html.Length)
        {
            _at = at;
            return "";
        }
        int end;
        if (_html[at] is '"' or '\'')
        {
            end = _html.IndexOf(_html[at], at + 1);
            if (end < 0) end = _html.Length;
            (_at, at) = (Math.Min(end + 1, _html.Length), at + 1);
        }
        else
        {
            for (end = at; end < _html.Length && _html[end] != '>' && !char.IsWhiteSpace(_html[end]);) end++;
            _at = end;
        }
        return WebUtility.HtmlDecode(_html[at..end]);
    }

    private void Take(HtmlElement element, string name, string value)
    {
        if (element[name] is not null) return;
        if (name == "style")
        {
            var (declarations, refused) = CssReader.Declarations(value);
            element.Style = declarations;
            foreach (var what in refused) Refuse(what);
        }
        else if (name == "src" && element.Name == "img") TakeImage(element, value.Trim());
        else
        {
            var (allowed, refusal) = HtmlRules.Attribute(element.Name, name, value);
            if (allowed is not null) element.Set(name, allowed);
            else Refuse(refusal!);
        }
    }

    private void TakeImage(HtmlElement element, string source)
    {
        if (source is "crm:logo" or "crm:qr") element.Set("src", source);
        else if ((element.Image = HtmlRules.ImageOf(source)) is null) Refuse("an image is crm:logo, crm:qr or data: of type PNG or JPEG, of at most 1 MiB and 4 million pixels; none comes from elsewhere");
    }

    private void SkipContent(string name)
    {
        var depth = 1;
        while (depth > 0 && _at < _html.Length)
        {
            var next = _html.IndexOf('<', _at);
            if (next < 0)
            {
                _at = _html.Length;
                return;
            }
            _at = next + 1;
            var closes = _at < _html.Length && _html[_at] == '/';
            if (closes) _at++;
            if (Name() == name) depth = closes ? depth - 1 : name is "script" or "style" ? depth : depth + 1;
        }
        var end = _html.IndexOf('>', _at);
        _at = end < 0 ? _html.Length : end + 1;
    }

    private string Name()
    {
        var start = _at;
        while (_at < _html.Length && _html[_at] is not ('>' or '/' or '<') && !char.IsWhiteSpace(_html[_at]) && _at - start < 100) _at++;
        return _html[start.._at].ToLowerInvariant();
    }

    private void AddText(string text)
    {
        var decoded = WebUtility.HtmlDecode(text);
        // What stands for a control character is no text.
        if (decoded.Any(c => c < ' ' && c is not ('\t' or '\n' or '\r'))) decoded = string.Concat(decoded.Where(c => c >= ' ' || c is '\t' or '\n' or '\r'));
        _open[^1].Add(new HtmlText(decoded));
    }

    private void Refuse(string what)
    {
        if (_refused.Count < MaxFindings) _refused.Add(what.Length <= 200 ? what : what[..200]);
    }
}
