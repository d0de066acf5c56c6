namespace Crm.Domain.Assignments;

/// <summary>Who of several gets a record.</summary>
public enum AssignmentStrategy
{
    /// <summary>Each in turn.</summary>
    RoundRobin,
    /// <summary>Who has the fewest open records of the kind.</summary>
    LeastLoaded,
    /// <summary>Those of the record's territory, each in turn.</summary>
    Territory,
}
