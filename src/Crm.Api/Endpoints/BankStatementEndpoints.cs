using Crm.Api.Http;
using Crm.Application.Banking;

namespace Crm.Api.Endpoints;

internal sealed class BankStatementEndpoints : IEndpoints
{
    public void Map(Routes routes)
    {
        routes.Reads("bank-statements");
        routes.Reading<UploadBankStatement>("bank-statements", Answers.CreatedRecord("bank-statements"));
        routes.Reading<PreviewBankStatement>("bank-statements/preview");
        routes.Get<GetBankStatementEntries>("bank-statements/{id}/entries");
    }
}
