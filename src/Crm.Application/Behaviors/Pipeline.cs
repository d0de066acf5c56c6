using Crm.Application.Records;

namespace Crm.Application.Behaviors;

/// <summary>What every request passes through, outermost first.</summary>
public static class Pipeline
{
    /// <summary>The open generic behaviours, in order.</summary>
    public static IReadOnlyList<Type> Behaviors { get; } =
    [
        typeof(TelemetryBehavior<,>),
        typeof(AuditBehavior<,>),
        typeof(AuthorizationBehavior<,>),
        typeof(ValidationBehavior<,>),
        typeof(UnitOfWorkBehavior<,>),
        typeof(EchoBehavior<,>),
    ];
}
