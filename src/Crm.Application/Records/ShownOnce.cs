namespace Crm.Application.Records;

/// <summary>A record that was created, with one member that nobody will ever see again.</summary>
/// <param name="Id">The record.</param>
/// <param name="Member">The member, which every later answer has as null.</param>
/// <param name="Value">Its value.</param>
public sealed record ShownOnce(Guid Id, string Member, string Value)
{
    /// <summary>Says what it is; the value does not belong into logs.</summary>
    public override string ToString() => $"{Member} of {Id}";
}
