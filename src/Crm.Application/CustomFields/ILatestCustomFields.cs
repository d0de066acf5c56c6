using Crm.Domain.Common;

namespace Crm.Application.CustomFields;

/// <summary>The custom fields of this moment. What a caller is known to have may be seconds old where another instance of the service has changed it.</summary>
public interface ILatestCustomFields
{
    /// <summary>Looks once per request; true when there are others than the caller was known to have. He has them from then on.</summary>
    Task<bool> RenewAsync(CancellationToken ct);
}

/// <summary>Reading what callers send by the fields they have.</summary>
public static class CustomFieldReading
{
    /// <summary>
    /// Reads a body or query. One that is refused for its custom fields is read once more by those of this moment: whoever has just defined a field may use it at once,
    /// whichever instance he meets.
    /// </summary>
    public static async Task<T> ReadAsync<T>(this ILatestCustomFields fields, Func<T> read, CancellationToken ct)
    {
        try
        {
            return read();
        }
        catch (CrmException refusal) when (IsAboutThem(refusal))
        {
            if (!await fields.RenewAsync(ct)) throw;
            return read();
        }
    }

    /// <summary>True for a refusal that other custom fields might have spared.</summary>
    public static bool IsAboutThem(CrmException refusal) => refusal is { Kind: ErrorKind.Validation, Errors: { } errors }
        && errors.Any(e => e.Key.StartsWith("customFields", StringComparison.Ordinal) || e.Value.Any(message => message.Contains("customFields.", StringComparison.Ordinal)));
}
