using Crm.Domain.Common;

namespace Crm.Application.Workflows;

/// <summary>Why a step was refused, in the words of its run.</summary>
internal static class RefusalText
{
    private const int Most = 10;

    /// <summary>The members that are to blame, each with what is wrong; the message itself where none is.</summary>
    public static string Of(CrmException refusal)
    {
        if (refusal.Errors is not { Count: > 0 } errors) return refusal.Message;
        var told = errors.SelectMany(e => e.Value.Select(message => $"{e.Key}: {message}")).ToList();
        return string.Join("; ", told.Take(Most)) + (told.Count > Most ? $"; and {told.Count - Most} more" : "");
    }
}
