using Crm.Application.Abstractions;
using Crm.Application.Records;
using Crm.Application.Resources;
using Crm.Domain.Files;
using FluentValidation;

namespace Crm.Application.Files;

/// <summary>
/// Attaches a file to a record that you may change: a form with the content as `file`, the id of exactly one record, such as `leadId`, and what else
/// there is to say.
/// </summary>
[Requires(Permissions.FilesWrite)]
public sealed record UploadFile(FileDetails Details, TakenContent Content) : ICommand<Guid>;

internal sealed class UploadFileValidator : AbstractValidator<UploadFile>
{
    public UploadFileValidator(FileResource files) => RuleFor(c => c.Details).Meets(files);
}

internal sealed class UploadFileHandler(IRepository<StoredFile> files, IFileDrafts drafts, FileResource resource, IRequestContext context) : ICommandHandler<UploadFile, Guid>
{
    public async Task<Guid> Handle(UploadFile command, CancellationToken ct)
    {
        var content = command.Content;
        var file = StoredFile.Attach(content.Key.Id, command.Details, content.ContentType, content.Size, content.Checksum);
        Attachment.EnsureMayChange(context.Caller, resource, file);
        await drafts.ClaimAsync(content.Key, ct);
        files.Add(file);
        return file.Id;
    }
}
