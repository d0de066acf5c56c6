using Crm.Domain.Banking;
using Crm.Domain.Common;

namespace Crm.Application.Banking;

/// <summary>A file of a bank as it was read.</summary>
/// <param name="Statements">The statements in it.</param>
/// <param name="Entries">All their entries, in the file's order.</param>
/// <param name="Skipped">How many entries were passed over: not booked yet, or of nothing.</param>
public sealed record StatementFile(BankStatementFormat Format, IReadOnlyList<AccountStatement> Statements, IReadOnlyList<BankEntry> Entries, int Skipped);

/// <summary>What a file of a bank may be at most.</summary>
internal static class StatementLimits
{
    /// <summary>The largest file, in bytes.</summary>
    public const int Bytes = 16 << 20;

    /// <summary>The most entries: they are imported in one transaction.</summary>
    public const int Entries = 5_000;

    /// <summary>The longest text of one element or cell, in characters.</summary>
    public const int Text = 10_000;

    /// <summary>The longest text that is kept of an entry.</summary>
    public const int Kept = 2_000;

    /// <summary>How many complaints one answer holds.</summary>
    public const int Complaints = 20;
}

/// <summary>Collects what is wrong with a file, so that all of it, or the first of it, is told at once.</summary>
internal sealed class StatementComplaints
{
    private readonly List<string> _messages = [];

    public bool Any => _messages.Count > 0;

    public void Add(string where, string why)
    {
        if (_messages.Count < StatementLimits.Complaints) _messages.Add($"{where}: {why}");
        else Throw();
    }

    /// <summary>Refuses the file if anything was wrong.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED on <c>file</c>.</exception>
    public void Throw()
    {
        if (Any) throw BankStatementErrors.Unreadable(_messages);
    }
}

/// <summary>Texts of banks as they are kept.</summary>
internal static class StatementText
{
    /// <summary>Without the space around it, at most so long; null when nothing is left, or what banks write for nothing.</summary>
    public static string? Of(string? text)
    {
        var trimmed = text?.Trim();
        if (trimmed is null or "" or "NOTPROVIDED" or "NONREF") return null;
        return Cut(trimmed, StatementLimits.Kept);
    }

    /// <summary>The beginning of a text, at most so long and never half a character.</summary>
    public static string? Cut(string? text, int length) => text is null || text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];

    /// <summary>An account's number as it is compared: without spaces, in upper case.</summary>
    public static string? Account(string? text) => Of(text is null ? null : string.Concat(text.Where(c => !char.IsWhiteSpace(c))).ToUpperInvariant());

    /// <summary>Whether the database can keep it.</summary>
    public static bool IsStorable(string text)
    {
        for (var i = 0; i < text.Length; i++)
            if (text[i] is < ' ' and not ('\t' or '\r' or '\n') || (char.IsSurrogate(text[i]) && !(i + 1 < text.Length && char.IsSurrogatePair(text[i], text[++i])))) return false;
        return true;
    }
}
