using System.Text.Json;

namespace Crm.Application.Binding;

/// <summary>Reads JSON strings that PostgreSQL can keep: no U+0000, no lone surrogate (which JsonDocument finds only on reading).</summary>
public static class JsonText
{
    /// <summary>The text of a JSON string, or false when it is none that can be kept.</summary>
    public static bool TryGet(JsonElement json, out string text)
    {
        try
        {
            text = json.GetString()!;
            return IsStorable(text);
        }
        catch (InvalidOperationException)
        {
            text = "";
            return false;
        }
    }

    /// <summary>True when the text has neither U+0000 nor lone surrogates.</summary>
    public static bool IsStorable(string text)
    {
        if (text.Contains('\0')) return false;
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1])) return false;
            i++;
        }
        return true;
    }
}
