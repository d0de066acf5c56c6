using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Crm.Api.OpenApi;

/// <summary>
/// What the XML comments of domain and application say, read from the files the compiler writes beside the programs: use cases,
/// their parameters and results are described where they are written, and nowhere else.
/// </summary>
internal sealed partial class DocComments
{
    private static readonly string[] Files = ["Crm.Domain.xml", "Crm.Application.xml"];
    private readonly Dictionary<string, XElement> _members = Files.Select(file => Path.Combine(AppContext.BaseDirectory, file)).Where(File.Exists)
        .SelectMany(file => XDocument.Load(file).Descendants("member")).ToDictionary(member => (string)member.Attribute("name")!);

    /// <summary>The summary of a type.</summary>
    public string? Of(Type type) => Text(_members.GetValueOrDefault("T:" + Name(type))?.Element("summary"));

    /// <summary>The summary of a property, or of the constructor's parameter of that name; camelCase as on the wire.</summary>
    public string? Of(Type type, string member)
    {
        var name = char.ToUpperInvariant(member[0]) + member[1..];
        for (var t = type; t is not null && t != typeof(object); t = t.BaseType)
        {
            if (Text(_members.GetValueOrDefault($"P:{Name(t)}.{name}")?.Element("summary")) is { } summary) return summary;
            var parameter = _members.GetValueOrDefault("T:" + Name(t))?.Elements("param").FirstOrDefault(p => string.Equals((string?)p.Attribute("name"), name, StringComparison.OrdinalIgnoreCase));
            if (Text(parameter) is { } said) return said;
        }
        return null;
    }

    private static string Name(Type type) => (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName!.Replace('+', '.');

    /// <summary>As Markdown, without what only readers of the code can look up.</summary>
    private static string? Text(XElement? element)
    {
        if (element is null) return null;
        var text = Spaces().Replace(Sources().Replace(string.Concat(element.Nodes().Select(Text)), ""), " ").Trim();
        return text.Length == 0 ? null : text;
    }

    private static string Text(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "c" or "code" } code => $"`{code.Value}`",
        XElement { Name.LocalName: "see" } see when see.Attribute("langword") is { } word => $"`{word.Value}`",
        XElement { Name.LocalName: "see" } see => $"`{Last((string)see.Attribute("cref")!)}`",
        XElement { Name.LocalName: "paramref" } parameter => $"`{Camel((string)parameter.Attribute("name")!)}`",
        XElement other => string.Concat(other.Nodes().Select(Text)),
        _ => "",
    };

    private static string Last(string cref) => Camel(cref[(cref.LastIndexOf('.') + 1)..]);

    private static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    [GeneratedRegex(@"\s*\([^()]*\.md[^()]*\)")]
    private static partial Regex Sources();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
