using Crm.Api.Http;
using Crm.Application.Reports;

namespace Crm.Api.Endpoints;

internal sealed class ReportEndpoints : IEndpoints
{
    public void Map(Routes routes)
    {
        routes.About("reports", "Figures over many records.");
        routes.Get<GetPipelineReport>("reports/pipeline");
        routes.Get<GetReceivablesAgeing>("reports/receivables-ageing");
        routes.Get<GetRevenueReport>("reports/revenue");
        routes.Get<GetRecurringRevenueReport>("reports/recurring-revenue");
        routes.Get<GetTaxReport>("reports/tax");
        routes.Get<GetStockValueReport>("reports/stock-value");
    }
}
