using Crm.Application.Records;

namespace Crm.Application.Behaviors;

/// <summary>What every request passes through, outermost first.</summary>
public static class Pipeline
{
    /// <summary>The open generic behaviours, in order. Each is made for the requests its constraint names: what a query does not need, it does not pay for.</summary>
    public static IReadOnlyList<Type> Behaviors { get; } =
    [
        typeof(TelemetryBehavior<,>),
        typeof(AuditBehavior<,>),
        typeof(AuthorizationBehavior<,>),
        typeof(ValidationBehavior<,>),
        typeof(UnitOfWorkBehavior<,>),
        typeof(PlatformLogBehavior<,>),
        typeof(EchoBehavior<,>),
    ];
}
