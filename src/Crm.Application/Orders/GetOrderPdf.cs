using Crm.Application.Abstractions;
using Crm.Application.Commerce;
using Crm.Application.Files;
using Crm.Domain.Common;
using Crm.Domain.Documents;

namespace Crm.Application.Orders;

/// <summary>The order as a PDF in its language, by your default template for orders, else the built-in one.</summary>
[Requires(Permissions.OrdersRead)]
public sealed record GetOrderPdf(Guid Id) : IQuery<FileContent>;

internal sealed class GetOrderPdfHandler(PrintingDesk desk, OrderResource orders) : IQueryHandler<GetOrderPdf, FileContent>
{
    public Task<FileContent> Handle(GetOrderPdf query, CancellationToken ct) => desk.PrintAsync<PrintedOrder>(orders, query.Id, ct);
}

/// <summary>An order as it is printed.</summary>
internal sealed record PrintedOrder : PrintedRecord
{
    public DateTimeOffset? ConfirmedAt { get; init; }

    public override DocumentType Type => DocumentType.Order;

    public override DateOnly DayIn(string zone, DateOnly today) => ConfirmedAt is { } confirmed ? TimeZones.DayIn(zone, confirmed) : today;
}

/// <summary>Finds orders to print.</summary>
internal sealed class OrderPrints(OrderResource orders, PrintingDesk desk) : DocumentPrints<PrintedOrder>(DocumentType.Order, orders, desk);
