using Crm.Application.Abstractions;
using Crm.Infrastructure.Postgres;
using Microsoft.Extensions.Configuration;

namespace Crm.Infrastructure.Email;

/// <summary>Pages of the web application that <c>WebApp:Url</c> names; without it e-mails carry tokens alone.</summary>
internal sealed class WebLinks : IWebLinks
{
    private readonly string? _base;

    /// <exception cref="StartupException">The address is no absolute http(s) URL.</exception>
    public WebLinks(IConfiguration configuration)
    {
        if (configuration["WebApp:Url"] is not { Length: > 0 } text) return;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.Query.Length + url.Fragment.Length > 0)
            throw new StartupException("WebApp:Url must be the address of the web application, such as https://crm.example.com, without query or fragment.");
        _base = url.AbsoluteUri.TrimEnd('/');
    }

    public string? To(string page, string token) => _base is null ? null : $"{_base}/{page}?token={Uri.EscapeDataString(token)}";
}
