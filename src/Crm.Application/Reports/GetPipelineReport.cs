using Crm.Application.Abstractions;
using Crm.Application.Deals;
using Crm.Application.Listing;
using Crm.Domain.Common;

namespace Crm.Application.Reports;

/// <summary>The figures of the deals in one currency.</summary>
/// <param name="Currency">ISO 4217. Deals without value count as 0 in the tenant's currency.</param>
/// <param name="Count">Deals.</param>
/// <param name="Value">The total of their values.</param>
/// <param name="WeightedValue">The total of their values times their probability; won deals count whole, lost ones not at all.</param>
/// <param name="Open">Open deals.</param>
/// <param name="Won">Won deals.</param>
/// <param name="Lost">Lost deals.</param>
/// <param name="WonValue">The total value of won deals.</param>
/// <param name="WinRate">won / (won + lost), 0..1; null while nothing is closed.</param>
/// <param name="AverageWonCycleDays">The average of actualCloseDate − openedOn of won deals, in days; null without any.</param>
public record PipelineTotal(string Currency, long Count, decimal Value, decimal WeightedValue, long Open, long Won, long Lost, decimal WonValue,
    decimal? WinRate, decimal? AverageWonCycleDays);

/// <summary>The same for the deals that share a key.</summary>
/// <param name="Key">An id, a status, a region, 2017-03 or 2017-Q1; null for the deals that have none.</param>
/// <param name="Label">The name behind an id.</param>
public sealed record PipelineGroup(string? Key, string? Label, string Currency, long Count, decimal Value, decimal WeightedValue, long Open, long Won, long Lost,
    decimal WonValue, decimal? WinRate, decimal? AverageWonCycleDays)
    : PipelineTotal(Currency, Count, Value, WeightedValue, Open, Won, Lost, WonValue, WinRate, AverageWonCycleDays);

/// <summary>One row per key and currency, and the totals per currency.</summary>
/// <param name="Groups">One row per key and currency.</param>
/// <param name="Totals">One row per currency.</param>
public sealed record PipelineReport(IReadOnlyList<PipelineGroup> Groups, IReadOnlyList<PipelineTotal> Totals);

/// <summary>
/// Counts and values of the deals the caller sees, by stage, status, owner, team or region (of the owner), product (of the lines), month
/// or quarter (of the actual close date).
/// </summary>
/// <param name="GroupBy">stage, status, owner, team, region, product, month or quarter.</param>
/// <param name="PipelineId">Only deals of this pipeline.</param>
/// <param name="OwnerId">Only deals of this salesperson.</param>
/// <param name="OpenedFrom">Only deals opened on this day or later.</param>
/// <param name="OpenedTo">Only deals opened on this day or earlier.</param>
/// <param name="ClosedFrom">Only deals closed on this day or later.</param>
/// <param name="ClosedTo">Only deals closed on this day or earlier.</param>
[Requires(Permissions.ReportsRead)]
public sealed record GetPipelineReport([OneOf("stage", "status", "owner", "team", "region", "product", "month", "quarter")] string GroupBy,
    Guid? PipelineId = null, Guid? OwnerId = null, DateOnly? OpenedFrom = null, DateOnly? OpenedTo = null, DateOnly? ClosedFrom = null, DateOnly? ClosedTo = null) : IQuery<PipelineReport>;

internal sealed class GetPipelineReportHandler(IReadDb db, DealResource deals, IRequestContext context) : IQueryHandler<GetPipelineReport, PipelineReport>
{
    public async Task<PipelineReport> Handle(GetPipelineReport query, CancellationToken ct)
    {
        var parameters = new Dictionary<string, object?>
        {
            ["Currency"] = context.Caller.Tenant.Currency,
            ["PipelineId"] = query.PipelineId,
            ["OwnerId"] = query.OwnerId,
            ["OpenedFrom"] = query.OpenedFrom,
            ["OpenedTo"] = query.OpenedTo,
            ["ClosedFrom"] = query.ClosedFrom,
            ["ClosedTo"] = query.ClosedTo,
        };
        // Days are not among what is added up in advance: a report about some of them goes over the deals.
        var sql = PipelineReportSql.IsKept(query.GroupBy) && (query.OpenedFrom ?? query.OpenedTo ?? query.ClosedFrom ?? query.ClosedTo) is null
            ? PipelineReportSql.OfFigures(query.GroupBy, Scope(query, parameters))
            : PipelineReportSql.OfDeals(query.GroupBy, Scope(query, parameters));
        var rows = await db.QueryAsync<Row>(sql, parameters, ct);
        return new PipelineReport(
            [.. rows.Where(r => !r.IsTotal).Select(r => new PipelineGroup(r.Key, r.Label, r.Currency, r.Count, Scaled(r, r.Value), Scaled(r, r.WeightedValue),
                r.Open, r.Won, r.Lost, Scaled(r, r.WonValue), r.WinRate, r.AverageWonCycleDays))],
            [.. rows.Where(r => r.IsTotal).Select(r => new PipelineTotal(r.Currency, r.Count, Scaled(r, r.Value), Scaled(r, r.WeightedValue),
                r.Open, r.Won, r.Lost, Scaled(r, r.WonValue), r.WinRate, r.AverageWonCycleDays))]);
    }

    private string Scope(GetPipelineReport query, Dictionary<string, object?> parameters) => string.Join(" and ", new[]
    {
        "t.tenant_id = @TenantId",
        RecordScope.Visible(deals, "t", context.Caller, parameters),
        query.PipelineId is null ? null : "t.pipeline_id = @PipelineId",
        query.OwnerId is null ? null : "t.owner_id = @OwnerId",
        query.OpenedFrom is null ? null : "t.opened_on >= @OpenedFrom",
        query.OpenedTo is null ? null : "t.opened_on <= @OpenedTo",
        query.ClosedFrom is null ? null : "t.actual_close_date >= @ClosedFrom",
        query.ClosedTo is null ? null : "t.actual_close_date <= @ClosedTo",
    }.OfType<string>());

    private static decimal Scaled(Row row, decimal amount) => Money.Total(amount, row.Currency).Amount;

    private sealed record Row(bool IsTotal, string? Key, string? Label, string Currency, long Count, decimal Value, decimal WeightedValue, long Open, long Won, long Lost,
        decimal WonValue, decimal? WinRate, decimal? AverageWonCycleDays);
}
