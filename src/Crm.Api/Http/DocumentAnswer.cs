using System.Text;
using Crm.Application.Abstractions;
using Crm.Application.Documents;

namespace Crm.Api.Http;

/// <summary>A document as a page: it runs nothing, loads nothing and belongs to no origin, wherever it is opened.</summary>
internal sealed record DocumentAnswer() : Answers(200)
{
    public const string Html = "text/html";

    public override void CheckAccept(HttpRequest request) => Negotiation.CheckAccept(request, "text", "html");

    public override Task<Answer> RenderAsync(object? result, HttpContext http, IServiceProvider services, CancellationToken ct)
    {
        var page = services.GetRequiredService<IDocumentRenderer>().ToHtml(((DocumentPreview)result!).Source);
        return Task.FromResult<Answer>(new WrittenDocument(Encoding.UTF8.GetBytes(page), Html + "; charset=utf-8"));
    }
}

/// <summary>The document and what it is.</summary>
internal sealed record WrittenDocument(byte[] Bytes, string MediaType) : WrittenAnswer
{
    public override async Task WriteAsync(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.CacheControl = "private, no-store";
        headers.ContentSecurityPolicy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";
        headers.XContentTypeOptions = "nosniff";
        headers.Vary = "Accept";
        http.Response.ContentType = MediaType;
        http.Response.ContentLength = Bytes.Length;
        await http.Response.Body.WriteAsync(Bytes, http.RequestAborted);
    }
}
