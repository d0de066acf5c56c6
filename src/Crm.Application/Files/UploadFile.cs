using Crm.Application.Abstractions;
using Crm.Application.Records;
using Crm.Application.Resources;
using Crm.Domain.Files;
using FluentValidation;

namespace Crm.Application.Files;

/// <summary>Attaches a file, whose content has been taken in already, to a record the caller may change. Answers its id.</summary>
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
