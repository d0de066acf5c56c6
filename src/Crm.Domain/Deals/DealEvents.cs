using Crm.Domain.Common;
using Crm.Domain.Pipelines;

namespace Crm.Domain.Deals;

/// <summary>A deal moved from one stage to another.</summary>
public sealed record DealStageChanged(Guid DealId, Guid FromPipelineId, Guid ToPipelineId, Guid FromStageId, Guid ToStageId, string? FromStage, string ToStage,
    StageKind Kind, DealStatus FromStatus, DealStatus ToStatus, Money? Value) : IDomainEvent;

/// <summary>A deal was won.</summary>
public sealed record DealWon(Guid DealId, Guid StageId, string Stage, Money? Value, DateOnly ActualCloseDate, Guid? CustomerId) : IDomainEvent;

/// <summary>A deal was lost.</summary>
public sealed record DealLost(Guid DealId, Guid StageId, string Stage, Money? Value, DateOnly ActualCloseDate, string? LostReason, Guid? CustomerId) : IDomainEvent;

/// <summary>A closed deal is worked on again.</summary>
public sealed record DealReopened(Guid DealId, DealStatus FromStatus, Guid? FromStageId, string? FromStage, Guid ToStageId, string ToStage, Money? Value) : IDomainEvent;

/// <summary>The ways in which a deal refuses.</summary>
public static class DealErrors
{
    /// <summary>422: the stage is none of the deal's pipeline.</summary>
    public static CrmException StrangeStage() => CrmException.Unprocessable("stageId", "is no stage of the deal's pipeline");

    /// <summary>422: there is no such pipeline.</summary>
    public static CrmException NoPipeline() => CrmException.Unprocessable("pipelineId", "refers to no pipeline you can see");
}
