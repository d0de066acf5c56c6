using Crm.Application.Abstractions;
using Crm.Infrastructure.Postgres;
using Microsoft.Extensions.Configuration;

namespace Crm.Infrastructure.Email;

/// <summary>
/// Keeps e-mail as <c>mail/&lt;message id&gt;.eml</c> in the data folder: what happens until a mail server is configured. A message sent
/// again replaces its file.
/// </summary>
internal sealed class FileEmailSender(EmailSettings settings, IConfiguration configuration, TimeProvider clock) : IEmailSender
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly Lazy<string> _folder = new(() => DataFolder.Open(configuration).Folder("mail"));

    public async Task SendAsync(EmailMessage message, CancellationToken ct)
    {
        // Written beside and moved into place: whoever watches the folder never reads half a message.
        var draft = Path.Combine(_folder.Value, $".{Guid.NewGuid():N}.tmp");
        try
        {
            await using (var stream = new FileStream(draft, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
            {
                await stream.WriteAsync(Eml.Write(message, settings.From, clock.GetUtcNow()), ct);
                stream.Flush(flushToDisk: true);
            }
            File.Move(draft, Path.Combine(_folder.Value, $"{message.Id}.eml"), overwrite: true);
        }
        catch
        {
            File.Delete(draft);
            throw;
        }
    }
}
