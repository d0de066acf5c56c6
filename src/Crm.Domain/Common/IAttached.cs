namespace Crm.Domain.Common;

/// <summary>A link to a record: the member that holds it, in camelCase, and the record's id.</summary>
public readonly record struct RecordLink(string Member, Guid Id);

/// <summary>A record that belongs to exactly one record of another kind: whoever sees that one sees it, and it is deleted and restored with it.</summary>
public interface IAttached
{
    /// <summary>The record it belongs to.</summary>
    RecordLink AttachedTo { get; }
}
