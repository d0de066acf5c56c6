using Crm.Domain.Common;
using Crm.Infrastructure.Postgres;
using Microsoft.Extensions.Configuration;

namespace Crm.Infrastructure.Email;

/// <summary>How e-mail leaves: through the server <c>Smtp:Host</c> names, else into files of the data folder.</summary>
/// <param name="From">The address e-mail is sent from (<c>Smtp:From</c>).</param>
/// <param name="StartTls">Whether the connection must be encrypted (<c>Smtp:StartTls</c>, true unless switched off).</param>
internal sealed record EmailSettings(string? Host, int Port, string? User, string? Password, EmailAddress From, bool StartTls)
{
    /// <summary>Reads the settings; what is missing or wrong is told at the start, not with the first e-mail.</summary>
    /// <exception cref="StartupException">A host without a sender's address, or an address that is none.</exception>
    public static EmailSettings Read(IConfiguration configuration)
    {
        var smtp = configuration.GetSection("Smtp");
        var host = string.IsNullOrWhiteSpace(smtp["Host"]) ? null : smtp["Host"];
        var from = smtp["From"] ?? (host is null ? "crm@localhost.localdomain" : null);
        if (!EmailAddress.TryParse(from, out var address))
            throw new StartupException("Smtp:From must be the e-mail address that e-mail is sent from.");
        return new EmailSettings(host, smtp.GetValue("Port", 587), smtp["User"], smtp["Password"], address, smtp.GetValue("StartTls", true));
    }
}
