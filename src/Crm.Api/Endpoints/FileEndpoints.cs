using Crm.Api.Http;
using Crm.Application.Files;

namespace Crm.Api.Endpoints;

internal sealed class FileEndpoints : IEndpoints
{
    public void Map(Routes routes)
    {
        routes.Reads("files");
        routes.Upload<UploadFile>("files", Answers.CreatedRecord("files"));
        routes.Changes("files");
        routes.Get<GetFileContent>("files/{id}/content", Answers.Content);
    }
}
