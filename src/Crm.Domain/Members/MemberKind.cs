namespace Crm.Domain.Members;

/// <summary>What a member is.</summary>
public enum MemberKind
{
    /// <summary>Somebody who signs in.</summary>
    Person,
    /// <summary>A program's name: without password or sign-in; API keys and linked subjects act as it.</summary>
    Service,
}
