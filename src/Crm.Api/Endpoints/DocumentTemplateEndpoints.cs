using Crm.Api.Http;
using Crm.Application.Documents;

namespace Crm.Api.Endpoints;

internal sealed class DocumentTemplateEndpoints : IEndpoints
{
    public void Map(Routes routes)
    {
        routes.Resource("document-templates");
        routes.Get<GetDocumentVariables>("document-templates/variables");
        routes.Get<GetBuiltInDocumentTemplate>("document-templates/built-in");
        routes.Get<ListDocumentTemplateVersions>("document-templates/{id}/versions");
        routes.Post<MakeDocumentTemplateDefault>("document-templates/{id}/make-default", Answers.Record("document-templates"));
        routes.Post<PreviewDocumentTemplate>("document-templates/{id}/preview", Answers.Document);
        routes.Post<PreviewUnsavedDocumentTemplate>("document-templates/preview", Answers.Document);
    }
}
