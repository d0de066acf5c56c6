using System.Text.Json;

namespace Crm.Domain.Common;

/// <summary>
/// JSON whose form its user decides: a filter tree, the members of a record to be made. Two that say the same are equal, however they are written.
/// </summary>
public sealed class FreeJson : IEquatable<FreeJson>
{
    private FreeJson(JsonElement element) => Element = element;

    /// <summary>The JSON; never a null and never undefined.</summary>
    public JsonElement Element { get; }

    /// <summary>This JSON, kept beyond the document it comes from; null for a JSON null.</summary>
    public static FreeJson? Of(JsonElement element) => element.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined ? null : new FreeJson(element.Clone());

    /// <inheritdoc/>
    public bool Equals(FreeJson? other) => other is not null && JsonElement.DeepEquals(Element, other.Element);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as FreeJson);

    /// <inheritdoc/>
    // What is equal may be written in several ways: only the kind tells apart quickly.
    public override int GetHashCode() => (int)Element.ValueKind;

    /// <summary>The JSON as text.</summary>
    public override string ToString() => Element.GetRawText();
}
