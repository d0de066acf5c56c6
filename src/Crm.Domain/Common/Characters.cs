namespace Crm.Domain.Common;

/// <summary>Counts text the way PostgreSQL and JSON Schema (<c>maxLength</c>) do: in Unicode code points, not in UTF-16 units.</summary>
public static class Characters
{
    /// <summary>The number of code points; a lone surrogate counts as one.</summary>
    public static int Count(string text)
    {
        var count = text.Length;
        for (var i = 1; i < text.Length; i++)
            if (char.IsSurrogatePair(text[i - 1], text[i]))
                count--;
        return count;
    }

    /// <summary>Whether the text has more than <paramref name="limit"/> code points.</summary>
    public static bool Exceed(string text, int limit) => text.Length > limit && (text.Length > 2 * limit || Count(text) > limit);
}
