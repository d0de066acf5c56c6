namespace Crm.Domain.Common;

/// <summary>Ids of records: UUIDv7 (RFC 9562), so they sort by the millisecond they were made in.</summary>
public static class Ids
{
    /// <summary>A new id for a record made now.</summary>
    public static Guid New(DateTimeOffset now) => Guid.CreateVersion7(now);
}
