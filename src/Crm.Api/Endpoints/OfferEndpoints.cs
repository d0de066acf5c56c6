using Crm.Api.Http;
using Crm.Application.Offers;

namespace Crm.Api.Endpoints;

internal sealed class OfferEndpoints : IEndpoints
{
    public void Map(Routes routes)
    {
        routes.Resource("offers");
        routes.Post<SendOffer>("offers/{id}/send", Answers.Record("offers"));
        routes.Get<GetOfferLink>("offers/{id}/link");
        routes.Post<ReviseOffer>("offers/{id}/versions", Answers.CreatedRecord("offers"));
        routes.Get<ListOfferVersions>("offers/{id}/versions");
        routes.Post<AcceptOffer>("offers/{id}/accept", Answers.Record("offers"));
        routes.Post<DeclineOffer>("offers/{id}/decline", Answers.Record("offers"));
        routes.Post<WithdrawOffer>("offers/{id}/withdraw", Answers.Record("offers"));
        routes.Post<OrderOffer>("offers/{id}/order", Answers.CreatedRecord("orders"));
        routes.Post<InvoiceOffer>("offers/{id}/invoice", Answers.CreatedRecord("invoices"));
        routes.Get<GetOfferPdf>("offers/{id}/pdf", Answers.Content);
        routes.Post<OfferDeal>("deals/{id}/offer", Answers.CreatedRecord("offers"));
        routes.About("public", "What customers open by a link, without signing in.");
        routes.Get<ViewPublicOffer>("public/offers/{token}");
        routes.Post<AcceptPublicOffer>("public/offers/{token}/accept");
        routes.Post<DeclinePublicOffer>("public/offers/{token}/decline");
    }
}
