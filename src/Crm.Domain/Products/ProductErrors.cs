using Crm.Domain.Common;

namespace Crm.Domain.Products;

/// <summary>The ways in which products refuse.</summary>
public static class ProductErrors
{
    /// <summary>409: it cannot be a bundle of these.</summary>
    public static CrmException NestedBundle(string reason) => new(ErrorKind.Conflict, "INVALID_STATE", $"It cannot be a bundle of these. {reason}", new Dictionary<string, string[]> { ["components"] = [reason] });
}
